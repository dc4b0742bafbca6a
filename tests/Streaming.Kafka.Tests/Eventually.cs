namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>For what can only be asked and not be waited for, such as a committed offset.</summary>
internal static class Eventually
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(30);

    public static async Task IsTrueAsync(Func<Task<bool>> condition, Func<string> awaited)
    {
        var deadline = Environment.TickCount64 + (long)WaitLimit.TotalMilliseconds;
        while (!await condition())
        {
            if (Environment.TickCount64 > deadline) Assert.Fail($"Waited {WaitLimit} for {awaited()}.");
            await Task.Delay(20);
        }
    }

    public static Task IsTrueAsync(Func<bool> condition, Func<string> awaited) => IsTrueAsync(() => Task.FromResult(condition()), awaited);
}
