using JobRequests.Testing;
using Orleans.Storage;

namespace JobRequests.Persistence.Sqlite.Tests;

public sealed class SqliteGrainStorageConformanceTests(StorageFixture fixture) : GrainStorageConformance, IClassFixture<StorageFixture>
{
    protected override IGrainStorage Storage => fixture.Storage;
}
