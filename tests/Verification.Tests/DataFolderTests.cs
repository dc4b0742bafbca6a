using System.Security.Cryptography;
using JobRequests.Documents;

namespace JobRequests.Verification.Tests;

/// <summary>Data folders as a whole: what is read of them, what is said of it, and that nothing is changed.</summary>
public sealed class DataFolderTests
{
    // Several batches, and a last one that is not full.
    private const int Count = 1_700;

    private static readonly VerificationOptions Quick = new() { Settle = TimeSpan.FromMilliseconds(1), Rules = new CheckRules { Settled = true } };

    [Fact]
    public async Task Every_job_is_judged_once_and_good_ones_pass()
    {
        await using var folder = await DataFolder.CreateAsync();
        folder.Write(ManyJobs.Take(Count).Select(job => (job.Job, (JobDocument?)job.Document, (StoredView?)job.View)));

        var report = await VerifyAsync(folder);

        Assert.Equal((Count, Count, Count, 0), (report.Jobs, report.Documents, report.Views, report.ViolationCount));
    }

    [Fact]
    public async Task A_fault_is_named_wherever_it_is()
    {
        await using var folder = await DataFolder.CreateAsync();
        var jobs = ManyJobs.Take(Count).OrderBy(job => job.Job, StringComparer.Ordinal).ToList();
        var expected = new SortedDictionary<string, Invariant>(StringComparer.Ordinal);
        folder.Write(jobs.Select((job, i) =>
        {
            // The first and the last, and those on the borders of batches, among others.
            switch (i % 256)
            {
                case 0:
                    expected[job.Job] = Invariant.I4;
                    return (job.Job, job.Document, (StoredView?)null);
                case 1:
                    expected[job.Job] = Invariant.I9;
                    return (job.Job, (JobDocument?)null, job.View);
                case 255:
                    expected[job.Job] = Invariant.I1;
                    return (job.Job, job.Document with { State = job.Document.State with { Winner = "eve" } }, job.View);
                default:
                    return (job.Job, job.Document, job.View);
            }
        }));
        var told = new List<Violation>();

        var report = await VerifyAsync(folder, told.Add);

        Assert.Equal(Count, report.Jobs);
        Assert.Equal(expected.Keys, told.Select(violation => violation.Job!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(expected, job => Assert.Contains(told, violation => violation.Job == job.Key && violation.Invariant == job.Value));
        Assert.Equal((expected.Count, told.Count), (report.Suspects, report.ViolationCount));
    }

    [Fact]
    public async Task Many_orphans_among_few_documents_are_found_too()
    {
        await using var folder = await DataFolder.CreateAsync();
        folder.Write(ManyJobs.Take(Count).Select((job, i) => (job.Job, i % 100 == 0 ? job.Document : null, (StoredView?)job.View)));

        var report = await VerifyAsync(folder);

        Assert.Equal((Count, 17, Count - 17), (report.Jobs, report.Documents, report.Violations[Invariant.I9]));
    }

    [Fact]
    public async Task Verification_changes_and_locks_nothing()
    {
        await using var folder = await DataFolder.CreateAsync();
        folder.Write(ManyJobs.Take(10).Select(job => (job.Job, (JobDocument?)job.Document, (StoredView?)job.View)));
        folder.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        folder.Close();
        var before = Hash(folder.File);
        await using var source = SqliteJobSource.Open(folder.Path);
        await using var held = File.Open(folder.File + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        Assert.True((await new Verifier(new VerificationSources { Jobs = source }, Quick).RunAsync()).IsClean);

        Assert.Equal(before, Hash(folder.File));
    }

    [Fact]
    public async Task Verification_sees_what_is_written_while_it_reads()
    {
        await using var folder = await DataFolder.CreateAsync();
        var (id, document, view) = ManyJobs.Make(1);
        folder.Write(id, document, null);
        await using var source = SqliteJobSource.Open(folder.Path);
        var healing = new Healing(source, () => folder.Write(id, document, view));

        var report = await new Verifier(new VerificationSources { Jobs = healing }, Quick).RunAsync();

        Assert.Equal((1, 0), (report.Suspects, report.ViolationCount));
    }

    [Fact]
    public async Task A_job_that_keeps_changing_is_no_violation()
    {
        await using var folder = await DataFolder.CreateAsync();
        var (id, document, view) = ManyJobs.Make(1);
        var version = 1;
        folder.Write(id, document with { Published = 9 }, view);
        await using var source = SqliteJobSource.Open(folder.Path);
        var changing = new Healing(source, () => folder.Write(id, document with { Published = 9 + version++ }, view));

        var report = await new Verifier(new VerificationSources { Jobs = changing }, Quick with { Rules = new CheckRules() }).RunAsync();

        Assert.Equal((1, 1, 0), (report.Suspects, report.Unsettled, report.Violations[Invariant.I4]));
    }

    [Fact]
    public void A_folder_without_a_database_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("verification-").FullName;
        Assert.Contains(folder, Assert.Throws<VerificationException>(() => SqliteJobSource.Open(folder)).Message, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(folder, SqliteJobSource.FileName), new string('x', 10_000));
        Assert.Contains(
            "not made by this software", Assert.Throws<VerificationException>(() => SqliteJobSource.Open(folder)).Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Documents_of_a_newer_version_are_not_judged()
    {
        await using var folder = await DataFolder.CreateAsync();
        var (id, document, view) = ManyJobs.Make(1);
        folder.Write(id, document with { Schema = JobDocument.CurrentSchema + 1 }, view);
        Assert.Contains("schema 2", (await Assert.ThrowsAsync<VerificationException>(() => VerifyAsync(folder))).Message, StringComparison.Ordinal);

        folder.Run("PRAGMA user_version = 999");
        Assert.Contains("newer version", Assert.Throws<VerificationException>(() => SqliteJobSource.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_that_is_no_document_is_a_finding()
    {
        await using var folder = await DataFolder.CreateAsync();
        var (id, document, view) = ManyJobs.Make(1);
        folder.Write(id, document, view);
        folder.Run("UPDATE grain_state SET data = '{\"state\":5}'");

        Assert.Equal(1, (await VerifyAsync(folder)).Violations[Invariant.I10]);
    }

    private static async Task<VerificationReport> VerifyAsync(DataFolder folder, Action<Violation>? onViolation = null)
    {
        await using var source = SqliteJobSource.Open(folder.Path);
        return await new Verifier(new VerificationSources { Jobs = source }, Quick).RunAsync(onViolation);
    }

    private static string Hash(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Convert.ToHexString(SHA256.HashData(stream));
    }

    /// <summary>Something is written between the first look at a job and each later one.</summary>
    private sealed class Healing(IJobSource source, Action write) : IJobSource
    {
        public string Name => source.Name;

        public bool HasViews => source.HasViews;

        public IAsyncEnumerable<IReadOnlyList<StoredJobData>> ScanAsync(DateTimeOffset? changedSince, CancellationToken cancellationToken) =>
            source.ScanAsync(changedSince, cancellationToken);

        public Task<StoredJobData> ReadAsync(string job, CancellationToken cancellationToken)
        {
            write();
            return source.ReadAsync(job, cancellationToken);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
