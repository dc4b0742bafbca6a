using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;

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

    // A document may become visible later than its own time says.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly VerificationOptions _options = options ?? new VerificationOptions();

    /// <summary>Judges everything once.</summary>
    /// <param name="onViolation">Told each violation as it is found, one at a time.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="VerificationException">The evidence cannot be read.</exception>
    public async Task<VerificationReport> RunAsync(Action<Violation>? onViolation = null, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        using var evidence = await EvidenceReader.LoadAsync(sources, _options.Rules, cancellationToken);
        var pass = new Pass(evidence, _options, onViolation);
        await pass.RunAsync(evidence.ScanAsync(cancellationToken), cancellationToken);
        return pass.ToReport(evidence.RunViolations, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>
    /// Judges everything, then again and again what has changed and what was wrong. A report's <see cref="VerificationReport.Violations"/> are
    /// those that stand then; its <see cref="VerificationReport.First"/> those that were not there before.
    /// </summary>
    /// <param name="interval">Time between two judgements.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="VerificationException">The evidence cannot be read.</exception>
    public async IAsyncEnumerable<VerificationReport> WatchAsync(TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var evidence = await EvidenceReader.LoadAsync(sources, _options.Rules, cancellationToken);
        var standing = new StandingViolations(evidence.RunViolations);
        DateTimeOffset? since = null;
        while (true)
        {
            var (began, started) = (DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
            var pass = new Pass(evidence, _options, null);
            if (since is null)
            {
                await pass.RunAsync(evidence.ScanAsync(cancellationToken), cancellationToken);
            }
            else
            {
                await evidence.ReadOnAsync(cancellationToken);
                await pass.RunAsync(evidence.ScanChangedAsync(since.Value - Overlap, standing.Jobs, cancellationToken), cancellationToken);
            }

            var fresh = standing.Update(pass.Found);
            yield return pass.ToReport([], Stopwatch.GetElapsedTime(started)) with { Violations = standing.Count(), First = fresh };
            since = began;
            await Task.Delay(interval, cancellationToken);
        }
    }

    /// <summary>One way through the evidence.</summary>
    private sealed class Pass(EvidenceReader evidence, VerificationOptions options, Action<Violation>? onViolation)
    {
        private readonly Tally _tally = new(options.MaxReported, onViolation);
        private readonly ConcurrentDictionary<string, HashSet<Finding>> _suspects = new(StringComparer.Ordinal);

        /// <summary>What was found, by job; as much of it as is reported.</summary>
        public Dictionary<string, IReadOnlyList<Violation>> Found { get; } = new(StringComparer.Ordinal);

        public async Task RunAsync(IAsyncEnumerable<IReadOnlyList<JobInput>> batches, CancellationToken cancellationToken)
        {
            var running = new List<Task>();
            await foreach (var batch in batches.WithCancellation(cancellationToken))
            {
                running.Add(Task.Run(() => Judge(batch), cancellationToken));
                while (running.Count >= options.MaxParallelism) await TakeFinishedAsync(running);
                if (_suspects.Count < MaxSuspects) continue;
                while (running.Count > 0) await TakeFinishedAsync(running);
                await LookAgainAsync(cancellationToken);
            }

            while (running.Count > 0) await TakeFinishedAsync(running);
            await LookAgainAsync(cancellationToken);
        }

        public VerificationReport ToReport(IReadOnlyList<Violation> ofTheRun, TimeSpan duration)
        {
            _tally.Report(ofTheRun);
            return _tally.ToReport(evidence.Records, evidence.Calls, evidence.Notes, duration);
        }

        private void Judge(IReadOnlyList<JobInput> batch)
        {
            foreach (var input in batch)
            {
                var job = evidence.Decode(input);
                var findings = JobChecker.Check(job, options.Rules);
                _tally.Count(job, findings);
                if (findings.Violations.Count > 0) _suspects[job.Job] = [.. findings.Violations.Select(Finding.Of)];
            }
        }

        // Only what is found twice, with time between, is reported: a violation does not go away by itself, a write that is under way does.
        private async Task LookAgainAsync(CancellationToken cancellationToken)
        {
            _tally.Suspects += _suspects.Count;
            for (var attempt = 0; attempt < Attempts && !_suspects.IsEmpty; attempt++)
            {
                await Task.Delay(options.Settle, cancellationToken);
                await evidence.ReadOnAsync(cancellationToken);
                foreach (var (job, before) in _suspects.OrderBy(suspect => suspect.Key, StringComparer.Ordinal))
                {
                    var violations = JobChecker.Check(evidence.Decode(await evidence.ReadAsync(job, cancellationToken)), options.Rules).Violations;
                    var standing = violations.Where(violation => before.Contains(Finding.Of(violation))).ToList();
                    // What came up meanwhile gets its own second look.
                    if (standing.Count == 0 && violations.Count > 0)
                    {
                        _suspects[job] = [.. violations.Select(Finding.Of)];
                        continue;
                    }

                    _suspects.TryRemove(job, out _);
                    Keep(job, standing);
                }
            }

            _tally.Unsettled += _suspects.Count;
            _suspects.Clear();
        }

        private void Keep(string job, List<Violation> standing)
        {
            _tally.Report(standing);
            if (standing.Count > 0 && Found.Count < options.MaxReported) Found.Add(job, standing);
        }

        private static async Task TakeFinishedAsync(List<Task> running)
        {
            var finished = await Task.WhenAny(running);
            running.Remove(finished);
            await finished;
        }
    }

    /// <summary>What makes a violation the same one on a second look.</summary>
    private readonly record struct Finding(Invariant Invariant, int? Version, string? Caller, string? Key, string Message)
    {
        public static Finding Of(Violation violation) => new(violation.Invariant, violation.Version, violation.Caller, violation.Key, violation.Message);
    }
}
