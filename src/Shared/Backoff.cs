namespace JobRequests;

// How long something that has failed waits for its next attempt: 100 ms at first, 5 s at most, half of it by chance, so that those that failed
// together do not come back together. The frameworks begin with whole seconds.
internal static class Backoff
{
    public static TimeSpan Next(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(5000, 100 << Math.Min(attempt, 6)) * (0.5 + (Random.Shared.NextDouble() / 2)));
}
