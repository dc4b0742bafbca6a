using System.Runtime.CompilerServices;
using System.Text.Json;

namespace JobRequests.Verification;

/// <summary>What was read of one job, undecoded.</summary>
internal readonly record struct JobInput(string Job, StoredJobData? Stored, SpilledJob? Spilled);

/// <summary>Brings what all sources hold of a job together: stored jobs are in the order of their ids, everything else is sorted first.</summary>
internal sealed class EvidenceReader : IDisposable
{
    private const int BatchSize = 512;

    private readonly VerificationSources _sources;
    private readonly EvidenceSpill? _spill;
    private readonly OverloadCheck _overload;
    private readonly List<long> _cacheWipes = [];

    private EvidenceReader(VerificationSources sources, CheckRules rules)
    {
        _sources = sources;
        _overload = new OverloadCheck(rules);
        if (sources.HistoryFile is not null) _spill = new EvidenceSpill();
    }

    public long Calls { get; private set; }

    /// <summary>What concerns no single job.</summary>
    public IReadOnlyList<Violation> RunViolations { get; private set; } = [];

    public List<string> Notes { get; } = [];

    /// <summary>Reads and sorts what is not in the order of the jobs.</summary>
    public static EvidenceReader Load(VerificationSources sources, CheckRules rules, CancellationToken cancellationToken)
    {
        var reader = new EvidenceReader(sources, rules);
        try
        {
            if (sources.HistoryFile is { } history) reader.LoadHistory(history, cancellationToken);
            reader._spill?.Sort();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<JobInput>> ScanAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var spilled = _spill?.Scan().GetEnumerator();
        var next = Next(spilled);
        if (_sources.Jobs is { } jobs)
        {
            await foreach (var stored in jobs.ScanAsync(null, cancellationToken))
            {
                var batch = new List<JobInput>(stored.Count);
                foreach (var job in stored)
                {
                    while (next is not null && string.CompareOrdinal(next.Job, job.Job) < 0)
                    {
                        batch.Add(new JobInput(next.Job, null, next));
                        next = Next(spilled);
                        if (batch.Count < BatchSize) continue;
                        yield return batch;
                        batch = [];
                    }

                    var isSame = next?.Job == job.Job;
                    batch.Add(new JobInput(job.Job, job, isSame ? next : null));
                    if (isSame) next = Next(spilled);
                }

                yield return batch;
            }
        }

        for (var batch = new List<JobInput>(); next is not null;)
        {
            batch.Add(new JobInput(next.Job, null, next));
            next = Next(spilled);
            if (next is not null && batch.Count < BatchSize) continue;
            yield return batch;
            batch = [];
        }
    }

    public async Task<JobInput> ReadAsync(string job, CancellationToken cancellationToken) =>
        new(job, _sources.Jobs is { } jobs ? await jobs.ReadAsync(job, cancellationToken) : null, _spill?.Read(job));

    public JobEvidence Decode(JobInput input)
    {
        var stored = input.Stored ?? new StoredJobData(input.Job, null, null);
        return new JobEvidence
        {
            Job = input.Job,
            Document = _sources.Jobs is null ? null : StoredJobDecoder.Document(stored),
            View = _sources.Jobs is not { HasViews: true } ? null : StoredJobDecoder.View(stored),
            Calls = _sources.HistoryFile is null ? null : [.. Spilled(input, SpillKind.Call).Select(data => JsonSerializer.Deserialize(data, HistoryJson.Default.RecordedCall)!)],
            CacheWipes = _cacheWipes,
        };
    }

    public void Dispose() => _spill?.Dispose();

    private void LoadHistory(string history, CancellationToken cancellationToken)
    {
        foreach (var line in HistoryFile.Read(history))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (line.Fault == HistoryFile.CacheWiped) _cacheWipes.Add(line.Start);
            if (line.Call is not { } call) continue;
            Calls++;
            _overload.Add(call);
            _spill!.Add(SpillKind.Call, call.Job, line.Json);
        }

        RunViolations = _overload.Check(out var note);
        if (note is not null) Notes.Add(note);
    }

    private static IEnumerable<byte[]> Spilled(JobInput input, SpillKind kind) => input.Spilled is { } spilled ? spilled.Items.Where(item => item.Kind == kind).Select(item => item.Data) : [];

    private static SpilledJob? Next(IEnumerator<SpilledJob>? spilled) => spilled is not null && spilled.MoveNext() ? spilled.Current : null;
}
