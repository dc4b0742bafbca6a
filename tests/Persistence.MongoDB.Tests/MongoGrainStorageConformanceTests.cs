using JobRequests.Testing;
using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB.Tests;

public sealed class MongoGrainStorageConformanceTests(MongoFixture fixture) : GrainStorageConformance, IClassFixture<MongoFixture>
{
    protected override IGrainStorage Storage => fixture.Storage;
}
