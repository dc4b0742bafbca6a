using MongoDB.Driver;

namespace JobRequests.Silo;

/// <summary>Creates the indexes of the views that are missing, before the first grain runs. Each ends with what pages are ordered by.</summary>
internal sealed class MongoJobViewIndexes(IMongoDatabase database) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(nameof(MongoJobViewIndexes), ServiceLifecycleStage.ApplicationServices, CreateAsync);

    private Task CreateAsync(CancellationToken cancellationToken)
    {
        var keys = Builders<JobViewDocument>.IndexKeys;
        IndexKeysDefinition<JobViewDocument>[] leading = [keys.Ascending(view => view.Status), keys.Ascending("candidates.id"), keys.Ascending(view => view.Requester)];
        return database.GetCollection<JobViewDocument>(MongoJobViewStore.Collection).Indexes.CreateManyAsync(
            [.. leading.Select(first => new CreateIndexModel<JobViewDocument>(keys.Combine(first, keys.Descending(view => view.CreatedAt), keys.Descending(view => view.JobRequestId))))],
            cancellationToken);
    }
}
