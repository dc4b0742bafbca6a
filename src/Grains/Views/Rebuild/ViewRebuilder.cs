using System.Collections.Immutable;
using System.Text.Json;
using JobRequests.Domain;

namespace JobRequests.Grains;

/// <summary>
/// Makes the views again from the job documents while they are read and written: what changes meanwhile goes to both sets, and of two
/// versions of a view the higher one stays. On the way the live views are compared with what they should be.
/// </summary>
internal sealed class ViewRebuilder(IJobDocumentScan documents, IJobViewStore views, IJobViewGenerations generations)
{
    private const int MaxNamed = 10;

    private ImmutableArray<string> _different = [];
    private long _jobs;
    private long _repaired;

    /// <summary>How far it has got.</summary>
    public ViewRebuildProgress Progress => new(Interlocked.Read(ref _jobs), Interlocked.Read(ref _repaired), _different);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var generation = await generations.BeginAsync(cancellationToken);
        try
        {
            await foreach (var batch in documents.ScanAsync(cancellationToken))
            {
                // A document of version 0 records only that a create came too late: no job, no view.
                var folded = batch.Where(job => job.Document.State.Version > 0).Select(job => ViewOf(job.JobRequestId, job.Document)).ToList();
                if (folded.Count == 0) continue;
                await generations.WriteAsync(generation, folded, cancellationToken);
                await CompareAsync(folded);
                Interlocked.Add(ref _jobs, folded.Count);
            }

            await generations.SwitchAsync(generation, cancellationToken);
        }
        catch
        {
            await generations.AbandonAsync(generation);
            throw;
        }
    }

    // A view that is behind may be on its way; one that has gone on was stored after its document was read. At the same version they are equal.
    private async Task CompareAsync(List<JobView> folded)
    {
        var live = await views.ReadAsync([.. folded.Select(view => view.JobRequestId)]);
        foreach (var view in folded)
        {
            if (!live.TryGetValue(view.JobRequestId, out var stored) || stored.Version != view.Version || Json(stored) == Json(view)) continue;
            Interlocked.Increment(ref _repaired);
            if (_different.Length < MaxNamed) _different = _different.Add(view.JobRequestId);
        }
    }

    private static JobView ViewOf(string jobRequestId, JobDocument document) =>
        JobView.Of(jobRequestId, document.State.ToDomain(), [.. document.Events.Select(recorded => recorded.ToDomain())]);

    private static string Json(JobView view) => JsonSerializer.Serialize(view.Job.ToStored(), JobDocumentJson.Default.StoredState);
}

/// <param name="Jobs">Views stored so far.</param>
/// <param name="Repaired">How many live views were not what their documents say.</param>
/// <param name="Different">Some of these.</param>
internal sealed record ViewRebuildProgress(long Jobs, long Repaired, ImmutableArray<string> Different);
