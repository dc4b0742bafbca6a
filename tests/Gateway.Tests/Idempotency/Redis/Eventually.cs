namespace JobRequests.Gateway.Tests.Idempotency.Redis;

internal static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition, string awaited)
    {
        var waitLimit = Task.Delay(TimeSpan.FromSeconds(15));
        while (!await condition())
        {
            if (waitLimit.IsCompleted) Assert.Fail($"Not within 15 s: {awaited}.");
            await Task.Delay(5);
        }
    }
}
