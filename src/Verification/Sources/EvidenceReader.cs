using System.Runtime.CompilerServices;
using System.Text.Json;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Verification;

/// <summary>What was read of one job, undecoded.</summary>
internal readonly record struct JobInput(string Job, StoredJobData? Stored, SpilledJob? Spilled);

/// <summary>Brings what all sources hold of a job together: stored jobs are in the order of their ids, everything else is sorted first.</summary>
internal sealed class EvidenceReader : IDisposable
{
    private const int BatchSize = 512;

    // Between two judgements; what comes beyond it changes its document, most of it, and is found by that.
    private const int MaxTouched = 100_000;

    private readonly VerificationSources _sources;
    private readonly EvidenceSpill? _spill;
    private readonly OverloadCheck _overload;
    private readonly List<long> _cacheWipes = [];
    private HashSet<string> _touched = new(StringComparer.Ordinal);
    private HashSet<string> _touchedBefore = new(StringComparer.Ordinal);

    private EvidenceReader(VerificationSources sources, CheckRules rules)
    {
        _sources = sources;
        _overload = new OverloadCheck(rules);
        if (sources.HistoryFile is not null || sources.Records is not null) _spill = new EvidenceSpill();
    }

    public long Calls { get; private set; }

    /// <summary>Records of topics.</summary>
    public long Records { get; private set; }

    /// <summary>What concerns no single job.</summary>
    public IReadOnlyList<Violation> RunViolations { get; private set; } = [];

    public List<string> Notes { get; } = [];

    /// <summary>Reads and sorts what is not in the order of the jobs.</summary>
    public static async Task<EvidenceReader> LoadAsync(VerificationSources sources, CheckRules rules, CancellationToken cancellationToken)
    {
        var reader = new EvidenceReader(sources, rules);
        try
        {
            if (sources.HistoryFile is { } history) reader.LoadHistory(history, cancellationToken);
            await reader.ReadOnAsync(cancellationToken);
            // Everything is judged first.
            reader._touched.Clear();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Reads what has come into the topics since. Before documents are read: they are at least as new as what was read of the topics.</summary>
    public async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        if (_sources.Records is { } records)
        {
            await records.ReadOnAsync(
                (topic, record) =>
                {
                    Records++;
                    var job = SpilledRecord.JobOf(record);
                    if (_touched.Count < MaxTouched) _touched.Add(job);
                    _spill!.Add(KindOf(topic), job, SpilledRecord.Write(record));
                },
                cancellationToken);
        }

        _spill?.Sort();
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

    /// <summary>Jobs whose document was written since, those named, and those that the topics told of lately.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JobInput>> ScanChangedAsync(
        DateTimeOffset since, IReadOnlyCollection<string> others, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A record's outcome may be there only the next time: its job is looked at twice.
        var left = new HashSet<string>(others.Concat(_touched).Concat(_touchedBefore), StringComparer.Ordinal);
        (_touchedBefore, _touched) = (_touched, new HashSet<string>(StringComparer.Ordinal));
        if (_sources.Jobs is { } jobs)
        {
            await foreach (var stored in jobs.ScanAsync(since, cancellationToken))
            {
                left.ExceptWith(stored.Select(job => job.Job));
                yield return [.. stored.Select(job => new JobInput(job.Job, job, _spill?.Read(job.Job)))];
            }
        }

        foreach (var some in left.Chunk(BatchSize))
        {
            var batch = new List<JobInput>(some.Length);
            foreach (var job in some) batch.Add(await ReadAsync(job, cancellationToken));
            yield return batch;
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
            Requests = _sources.Records is not { } requests ? null : [.. RecordsOf(input, SpillKind.Request).Select(requests.DecodeRequest)],
            Events = _sources.Records is not { } events ? null : [.. RecordsOf(input, SpillKind.Event).Select(events.DecodeEvent).OfType<EventEvidence>()],
            DeadLetters = _sources.Records is not { } deadLetters ? null : [.. RecordsOf(input, SpillKind.DeadLetters).Select(deadLetters.DecodeDeadLetters)],
            RequestsAreWhole = _sources.Records?.IsWhole(RecordTopic.Requests) ?? true,
            EventsAreWhole = _sources.Records?.IsWhole(RecordTopic.FinalEvents) ?? true,
            Calls = _sources.HistoryFile is null
                ? null
                : [.. Spilled(input, SpillKind.Call).Select(data => JsonSerializer.Deserialize(data, HistoryJson.Default.RecordedCall)!)],
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

    private static IEnumerable<KafkaRecord> RecordsOf(JobInput input, SpillKind kind) => Spilled(input, kind).Select(SpilledRecord.Read);

    private static SpillKind KindOf(RecordTopic topic) => topic switch
    {
        RecordTopic.Requests => SpillKind.Request,
        RecordTopic.FinalEvents => SpillKind.Event,
        RecordTopic.DeadLetters => SpillKind.DeadLetters,
        _ => throw new ArgumentOutOfRangeException(nameof(topic), topic, "There is no such topic."),
    };

    private static IEnumerable<byte[]> Spilled(JobInput input, SpillKind kind) =>
        input.Spilled is { } spilled ? spilled.Items.Where(item => item.Kind == kind).Select(item => item.Data) : [];

    private static SpilledJob? Next(IEnumerator<SpilledJob>? spilled) => spilled is not null && spilled.MoveNext() ? spilled.Current : null;
}
