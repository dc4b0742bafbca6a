using JobRequests.Testing;
using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB.Tests;

public sealed class MongoGrainStorageConformanceTests(MongoFixture fixture) : GrainStorageConformance, IClassFixture<MongoFixture>, IAsyncLifetime
{
    protected override IGrainStorage Storage => fixture.Storage;

    public async ValueTask InitializeAsync() => await fixture.OpenAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
