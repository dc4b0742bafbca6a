using System.Collections.Concurrent;
using System.Diagnostics;

namespace JobRequests.Verification;

/// <summary>
/// Reads the evidence job by job and judges it. What looks wrong is read again before it is reported, so a job that is being written
/// meanwhile is not. Memory does not grow with the number of jobs. Changes nothing.
/// </summary>
public sealed class Verifier(VerificationSources sources, VerificationOptions? options = null)
{
    // A broken deployment may have a million suspects: they are looked at in portions.
    private const int MaxSuspects = 5_000;
    private const int Attempts = 5;

    private readonly VerificationOptions _options = options ?? new VerificationOptions();

    /// <param name="onViolation">Told each violation as it is found, one at a time.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="VerificationException">The evidence cannot be read.</exception>
    public async Task<VerificationReport> RunAsync(Action<Violation>? onViolation = null, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        var tally = new Tally(_options.MaxReported, onViolation);
        using var evidence = EvidenceReader.Load(sources, _options.Rules, cancellationToken);
        tally.Report(evidence.RunViolations);
        var suspects = new ConcurrentDictionary<string, HashSet<Finding>>(StringComparer.Ordinal);
        var running = new List<Task>();
        await foreach (var batch in evidence.ScanAsync(cancellationToken))
        {
            running.Add(Task.Run(() => Judge(evidence, batch, tally, suspects), cancellationToken));
            while (running.Count > Environment.ProcessorCount) await TakeFinishedAsync(running);
            if (suspects.Count < MaxSuspects) continue;
            while (running.Count > 0) await TakeFinishedAsync(running);
            await LookAgainAsync(evidence, suspects, tally, cancellationToken);
        }

        while (running.Count > 0) await TakeFinishedAsync(running);
        await LookAgainAsync(evidence, suspects, tally, cancellationToken);
        return tally.ToReport(0, evidence.Calls, evidence.Notes, Stopwatch.GetElapsedTime(started));
    }

    private void Judge(EvidenceReader evidence, IReadOnlyList<JobInput> batch, Tally tally, ConcurrentDictionary<string, HashSet<Finding>> suspects)
    {
        foreach (var input in batch)
        {
            var job = evidence.Decode(input);
            var findings = JobChecker.Check(job, _options.Rules);
            tally.Count(job, findings);
            if (findings.Violations.Count > 0) suspects[job.Job] = [.. findings.Violations.Select(Finding.Of)];
        }
    }

    // Only what is found twice, with time between, is reported: a violation does not go away by itself, a write that is under way does.
    private async Task LookAgainAsync(EvidenceReader evidence, ConcurrentDictionary<string, HashSet<Finding>> suspects, Tally tally, CancellationToken cancellationToken)
    {
        tally.Suspects += suspects.Count;
        for (var attempt = 0; attempt < Attempts && !suspects.IsEmpty; attempt++)
        {
            await Task.Delay(_options.Settle, cancellationToken);
            foreach (var (job, before) in suspects.OrderBy(suspect => suspect.Key, StringComparer.Ordinal))
            {
                var violations = JobChecker.Check(evidence.Decode(await evidence.ReadAsync(job, cancellationToken)), _options.Rules).Violations;
                var standing = violations.Where(violation => before.Contains(Finding.Of(violation))).ToList();
                tally.Report(standing);
                // What came up meanwhile gets its own second look.
                if (standing.Count > 0 || violations.Count == 0) suspects.TryRemove(job, out _);
                else suspects[job] = [.. violations.Select(Finding.Of)];
            }
        }

        tally.Unsettled += suspects.Count;
        suspects.Clear();
    }

    private static async Task TakeFinishedAsync(List<Task> running)
    {
        var finished = await Task.WhenAny(running);
        running.Remove(finished);
        await finished;
    }

    /// <summary>What makes a violation the same one on a second look.</summary>
    private readonly record struct Finding(Invariant Invariant, int? Version, string? Caller, string? Key, string Message)
    {
        public static Finding Of(Violation violation) => new(violation.Invariant, violation.Version, violation.Caller, violation.Key, violation.Message);
    }
}
