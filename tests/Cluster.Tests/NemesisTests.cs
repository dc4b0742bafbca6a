using JobRequests.Testing.Backends;
using JobRequests.Testing.Backends.Nemesis;

namespace JobRequests.Cluster.Tests;

/// <summary>The short form of <c>eng/nemesis</c>.</summary>
[Collection(OneCluster.Name)]
public sealed class NemesisTests
{
    // On a machine that is busy with everything else, answers are late without being wrong; what is promised is measured by eng/nemesis.
    private const double Wait = 15;

    [Fact]
    public async Task Whatever_breaks_under_load_nobody_is_told_anything_wrong()
    {
        Backend.Require();
        var history = Path.GetTempFileName();
        var report = await NemesisRun.RunAsync(new NemesisPlan(TimeSpan.FromSeconds(45), Environment.TickCount & 0xFFFF)
        {
            Rate = 80,
            FaultEvery = TimeSpan.FromSeconds(9),
            HistoryFile = history,
            Wait = Wait,
            Say = TestContext.Current.SendDiagnosticMessage,
        });

        TestContext.Current.SendDiagnosticMessage(report.ToString());
        Assert.True(report.IsClean, $"The history is in {history}.\n{report}");
        Assert.True(report.Answers.Where(static answer => answer.Key.StartsWith('2')).Sum(static answer => answer.Value) > 200, report.ToString());
        File.Delete(history);
    }
}
