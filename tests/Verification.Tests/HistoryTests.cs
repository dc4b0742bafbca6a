using JobRequests.Documents;

namespace JobRequests.Verification.Tests;

/// <summary>Histories: read, refused, judged alone and beside documents.</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("verification-history-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_good_history_passes_alone()
    {
        var report = await VerifyAsync(SampleCalls());

        Assert.Equal((1, SampleCalls().Count, 0), (report.Jobs, report.Calls, report.ViolationCount));
        Assert.Contains(report.Notes, note => note.Contains("I13", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answers_that_contradict_each_other_are_found_without_documents()
    {
        var calls = SampleCalls();
        var told = calls.First(call => call.Key == "c1");

        var report = await VerifyAsync([.. calls, told with { Outcome = "SUCCESS", Code = null }]);

        Assert.Equal((1, 1), (report.Violations[Invariant.I1], report.Violations[Invariant.I2]));
    }

    [Fact]
    public async Task Calls_on_missing_jobs_are_violations()
    {
        await using var folder = await DataFolder.CreateAsync();
        folder.Write(ManyJobs.Take(700).Select(job => (job.Job, (JobDocument?)job.Document, (StoredView?)job.View)));
        await using var source = SqliteJobSource.Open(folder.Path);

        var report = await VerifyAsync(SampleCalls(), source);

        Assert.Equal(701, report.Jobs);
        Assert.All(report.First, violation => Assert.Equal(JobRun.JobId, violation.Job));
        Assert.Equal(SampleCalls()
            .Where(call => call.Op != "get" && call.Outcome is "SUCCESS" or "FAIL")
            .Select(call => (call.Caller, call.Key))
            .Distinct()
            .Count(call => call.Key is not null), report.Violations[Invariant.I4] + report.Violations[Invariant.I2]);
    }

    [Theory]
    [InlineData("no json", "Line 2")]
    [InlineData("""{"op":"accept","caller":"ann","key":"k","start":1,"end":2,"outcome":"SUCCESS"}""", "job")]
    [InlineData("""{"job":"j","op":"steal","caller":"ann","key":"k","start":1,"end":2,"outcome":"SUCCESS"}""", "steal")]
    [InlineData("""{"job":"j","op":"accept","caller":"ann","start":1,"end":2,"outcome":"SUCCESS"}""", "key")]
    [InlineData("""{"job":"j","op":"accept","caller":"ann","key":"k","start":3,"end":2,"outcome":"SUCCESS"}""", "end is before start")]
    [InlineData("""{"job":"j","op":"accept","caller":"ann","key":"k","start":3,"outcome":"FAIL"}""", "needs its end")]
    [InlineData("""{"job":"j","op":"accept","caller":"ann","key":"k","start":1,"end":2,"outcome":"MAYBE"}""", "MAYBE")]
    [InlineData("null", "null")]
    public async Task A_line_that_is_no_call_is_named(string line, string part)
    {
        var file = Path.Combine(_folder, "history.jsonl");
        await File.WriteAllLinesAsync(file, [HistoryFile.Line(SampleCalls()[0]), line]);

        var exception = await Assert.ThrowsAsync<VerificationException>(() => new Verifier(new VerificationSources { HistoryFile = file }).RunAsync());

        Assert.Contains("Line 2", exception.Message, StringComparison.Ordinal);
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wiped_cache_is_a_line_of_its_own()
    {
        var calls = SampleCalls();
        var repeated = calls.Where(call => call.Key == "b1").ToList();
        var wipe = $$"""{"fault":"cache-wiped","start":{{(repeated[0].End + repeated[1].Start) / 2}}}""";
        var changed = calls.Select(call => call == repeated[1] ? call with { Replayed = false } : call);

        Assert.Equal(0, (await VerifyAsync(calls, null, wipe)).ViolationCount);
        Assert.Equal(1, (await VerifyAsync(changed, null, wipe)).Violations[Invariant.I14]);
    }

    [Theory]
    [InlineData(500, 90, 20, 0)] // five times as much asked for, 90 a second decided
    [InlineData(500, 60, 20, 1)] // goodput collapses
    [InlineData(500, 90, 80, 1)] // refusals take their time
    [InlineData(100, 60, 80, 0)] // no overload
    public async Task Overload_degrades_and_does_not_collapse(int offered, int decided, int refusalMs, int violations)
    {
        var job = Domain.JobRequestId.Derive("rita", "any");
        var calls = Enumerable.Range(0, 6).SelectMany(second => Enumerable.Range(0, offered).Select(number =>
        {
            var start = (second * 1_000_000_000L) + (number * (900_000_000L / offered));
            return number < decided
                ? Call(job, "accept", $"p{number}", $"k{second}-{number}", start, "FAIL", null, 5) with { Code = "JOB_CLOSED" }
                : Call(job, "accept", $"p{number}", $"k{second}-{number}", start, "REFUSED", null, refusalMs) with { Status = 503, Code = "OVERLOADED" };
        }));

        var report = await VerifyAsync(calls, null, capacity: 100);

        Assert.Equal((violations, violations), (report.Violations[Invariant.I13], report.ViolationCount));
    }

    private static List<RecordedCall> SampleCalls() => [.. SampleJob.Run().Evidence().Calls!];

    private static RecordedCall Call(
        string job, string op, string caller, string? key, long start, string outcome, int? version, long milliseconds = 0) => new()
        {
            Job = job,
            Op = op,
            Caller = caller,
            Key = key,
            Start = start,
            End = start + 1 + (milliseconds * 1_000_000),
            Outcome = outcome,
            Version = version,
        };

    private async Task<VerificationReport> VerifyAsync(IEnumerable<RecordedCall> calls, IJobSource? jobs = null, string? line = null, double? capacity = null)
    {
        var options = new VerificationOptions { Settle = TimeSpan.FromMilliseconds(1), Rules = new CheckRules { Capacity = capacity } };
        return await new Verifier(new VerificationSources { Jobs = jobs, HistoryFile = await WriteAsync(calls, line) }, options).RunAsync();
    }

    private async Task<string> WriteAsync(IEnumerable<RecordedCall> calls, string? line = null)
    {
        var file = Path.Combine(_folder, $"{Guid.NewGuid():N}.jsonl");
        var lines = calls.Select(HistoryFile.Line);
        await File.WriteAllLinesAsync(file, line is null ? lines : lines.Append("").Append(line));
        return file;
    }
}
