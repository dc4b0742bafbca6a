using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo;

/// <summary>Brings the tables of the views and of the log up to date before the first grain runs.</summary>
internal sealed class SqliteJobSchema(SqliteDatabase database) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(SqliteJobSchema),
        SqliteGrainStorageOptions.DefaultInitStage,
        PrepareAsync);

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await database.EnsureAsync(SqliteJobViewStore.Component, cancellationToken);
        await database.EnsureAsync(SqliteJobEventLog.Component, cancellationToken);
        await SqliteJobViewGenerations.DropLeftoversAsync(database, cancellationToken);
    }
}
