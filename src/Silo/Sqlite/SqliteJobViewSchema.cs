using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo;

/// <summary>Brings the views' table up to date before the first grain runs.</summary>
internal sealed class SqliteJobViewSchema(SqliteDatabase database) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(SqliteJobViewSchema),
        SqliteGrainStorageOptions.DefaultInitStage,
        PrepareAsync);

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await database.EnsureAsync(SqliteJobViewStore.Component, cancellationToken);
        await SqliteJobViewGenerations.DropLeftoversAsync(database, cancellationToken);
    }
}
