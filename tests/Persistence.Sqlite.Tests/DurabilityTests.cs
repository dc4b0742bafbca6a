namespace JobRequests.Persistence.Sqlite.Tests;

public sealed class DurabilityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Every_write_acknowledged_before_a_kill_is_found_afterwards()
    {
        var acknowledged = new Dictionary<string, int>();
        for (var round = 1; round <= 3; round++)
        {
            using (var child = await ChildProcess.StartWriterAsync(_folder.Path))
            {
                await child.WaitForAcknowledgementsAsync(700 * round);
                await child.KillAsync();
                foreach (var (grain, number) in child.Acknowledged)
                    acknowledged[grain] = Math.Max(acknowledged.GetValueOrDefault(grain), number);
            }

            var storage = await StorageFixture.OpenAsync(new SqliteDatabaseOptions { DataFolder = _folder.Path });
            await using (storage.Database)
            {
                foreach (var (grain, number) in acknowledged)
                {
                    var state = new GrainState<ChildProcess.Count>();
                    await storage.ReadStateAsync("count", GrainId.Parse(grain), state);
                    Assert.True(state.RecordExists, $"{grain} is gone after kill {round}.");
                    // One more may have been committed without its caller having heard of it.
                    Assert.InRange(state.State!.Number, number, number + 1);
                }
                Assert.Equal(
                    "ok", await storage.Database.ReadAsync(static session => session.First("PRAGMA integrity_check", static row => row.GetString(0), "")));
            }
        }
    }

    public void Dispose() => _folder.Dispose();
}
