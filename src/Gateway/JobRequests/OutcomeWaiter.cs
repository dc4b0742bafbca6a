using System.Diagnostics.CodeAnalysis;

namespace JobRequests.Gateway.JobRequests;

/// <summary>
/// Asks a job for an outcome again and again until it is known or the caller's time is over. A fault of storage or a dead silo
/// costs time, not the answer.
/// </summary>
/// <param name="random">Spreads repeated questions; null: unlike from one process to the next.</param>
internal sealed partial class OutcomeWaiter(IJobCommands jobs, TimeProvider time, ILogger<OutcomeWaiter> logger, Random? random = null)
{
    // A question is asked again this often, so that one lost with a silo is not waited for to the end.
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromSeconds(10);

    /// <summary>How long before the caller's time is over a job is to answer, so that its answer comes in time.</summary>
    public static readonly TimeSpan Travel = TimeSpan.FromMilliseconds(100);

    /// <param name="jobRequestId">The job.</param>
    /// <param name="query">The request.</param>
    /// <param name="startedAt">Timestamp from which the wait counts.</param>
    /// <param name="wait">How long the caller waits; zero asks once.</param>
    /// <param name="timeout">How long the job's answer may take beyond what it was asked to wait.</param>
    /// <param name="stop">Ends the wait early.</param>
    /// <returns>The outcome, or null when nothing is known: <c>Pending</c>, or nobody answered.</returns>
    public async Task<OutcomeAnswer> WaitAsync(string jobRequestId, OutcomeQuery query, long startedAt, TimeSpan wait, TimeSpan timeout, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            var left = Left(startedAt, wait);
            var question = left <= Travel ? TimeSpan.Zero : left - Travel < LongestQuestion ? left - Travel : LongestQuestion;
            var answered = false;
            try
            {
                var reply = await jobs.GetOutcomeAsync(jobRequestId, query, question).WaitAsync(question + timeout, time, stop);
                if (reply is not JobRequestReply.Pending) return new OutcomeAnswer(reply, true);
                answered = true;
            }
            catch (Exception exception) when (!stop.IsCancellationRequested)
            {
                QuestionFailed(logger, exception, jobRequestId, attempt);
            }

            var rest = Left(startedAt, wait);
            if (rest <= Travel) return new OutcomeAnswer(null, answered);

            // A job that was asked for the whole time is asked again at once; one that failed, or gave up early, is left in peace for a moment.
            if (answered && left - rest >= question) continue;
            var pause = Pause(attempt);
            await Task.Delay(pause < rest ? pause : rest, time, stop);
        }
    }

    /// <summary>The timeout of who asks a short question but has until <paramref name="limit"/>: a job that is not in memory has to be read first.</summary>
    public static TimeSpan TimeoutUntil(TimeSpan limit, TimeSpan wait) => limit - wait > Travel ? limit - wait : Travel;

    private TimeSpan Left(long startedAt, TimeSpan wait)
    {
        var left = wait - time.GetElapsedTime(startedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    [SuppressMessage("Security", "CA5394", Justification = "Spreads retries; nothing depends on its being unguessable.")]
    private TimeSpan Pause(int attempt) => TimeSpan.FromMilliseconds((random ?? Random.Shared).Next(10, 25 << Math.Min(attempt, 5)));

    [LoggerMessage(LogLevel.Debug, "Job {JobRequestId} did not give the outcome of a request (attempt {Attempt}); asking again.")]
    private static partial void QuestionFailed(ILogger logger, Exception exception, string jobRequestId, int attempt);
}

/// <param name="Reply">What the job said; null while it is open.</param>
/// <param name="Answered">Whether the job could be asked at last.</param>
internal readonly record struct OutcomeAnswer(JobRequestReply? Reply, bool Answered);
