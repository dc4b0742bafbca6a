namespace JobRequests.Persistence.MongoDB;

/// <summary>The declared indexes of a storage, for its start and for tools.</summary>
public static class MongoGrainStorageIndexes
{
    public static Task CreateAsync() => Task.CompletedTask;
}
