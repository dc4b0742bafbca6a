using System.Globalization;
using JobRequests.Documents;

namespace JobRequests.Verification.Tests;

/// <summary>Speed and memory, with <c>JOBREQUESTS_LONG=1</c>: other tests' load makes figures meaningless.</summary>
public sealed class ScaleTests
{
    private const int Jobs = 200_000;
    private const double LeastRate = 20_000;
    private const long MostMemory = 256L << 20;

    [Fact]
    public async Task Twenty_thousand_jobs_are_verified_a_second_in_constant_memory()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") == "1", "Runs with JOBREQUESTS_LONG=1.");
        await using var folder = await DataFolder.CreateAsync();
        folder.Write(ManyJobs.Take(Jobs).Select(job => (job.Job, (JobDocument?)job.Document, (StoredView?)job.View)));
        await using var source = SqliteJobSource.Open(folder.Path);
        var verifier = new Verifier(new VerificationSources { Jobs = source });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        await using var sampler = new Timer(_ => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false) - before), null, 0, 20);

        var report = await verifier.RunAsync();

        var rate = report.Jobs / report.Duration.TotalSeconds;
        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture, $"{report.Jobs} jobs in {report.Duration.TotalSeconds:0.00} s: {rate:0} a second; {most >> 20} MB at most"));
        Assert.Equal((Jobs, 0), (report.Jobs, report.ViolationCount));
        Assert.InRange(rate, LeastRate, double.MaxValue);
        Assert.InRange(most, 0, MostMemory);
    }
}
