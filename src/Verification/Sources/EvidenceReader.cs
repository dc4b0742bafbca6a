using System.Runtime.CompilerServices;

namespace JobRequests.Verification;

/// <summary>What was read of one job, undecoded.</summary>
internal readonly record struct JobInput(string Job, StoredJobData? Stored, SpilledJob? Spilled);

/// <summary>Brings what all sources hold of a job together: stored jobs are in the order of their ids, everything else is sorted first.</summary>
internal sealed class EvidenceReader : IDisposable
{
    private const int BatchSize = 512;

    private readonly VerificationSources _sources;
    private readonly EvidenceSpill? _spill;

    private EvidenceReader(VerificationSources sources, EvidenceSpill? spill)
    {
        _sources = sources;
        _spill = spill;
    }

    public long Calls { get; private set; }

    public static EvidenceReader Load(VerificationSources sources, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new EvidenceReader(sources, null);
    }

    public async IAsyncEnumerable<IReadOnlyList<JobInput>> ScanAsync(DateTimeOffset? changedSince, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var spilled = _spill?.Scan().GetEnumerator();
        var next = Next(spilled);
        if (_sources.Jobs is { } jobs)
        {
            await foreach (var stored in jobs.ScanAsync(changedSince, cancellationToken))
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
        };
    }

    public void Dispose() => _spill?.Dispose();

    private static SpilledJob? Next(IEnumerator<SpilledJob>? spilled) => spilled is not null && spilled.MoveNext() ? spilled.Current : null;
}
