namespace JobRequests.Gateway.Requests;

/// <summary>
/// When "there is no such job" is said. A job that does not exist is looked for longer than one that is there and hidden from the caller: the
/// answer waits for the next of few moments, so that its time tells nothing.
/// </summary>
internal static class NotFoundTime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);

    /// <param name="time">The clock.</param>
    /// <param name="startedAt">Timestamp at which the question began.</param>
    /// <param name="aborted">The caller has gone.</param>
    public static Task WaitAsync(TimeProvider time, long startedAt, CancellationToken aborted) =>
        Task.Delay(Step - TimeSpan.FromTicks(time.GetElapsedTime(startedAt).Ticks % Step.Ticks), time, aborted);
}
