using System.Collections.Concurrent;
using System.Diagnostics;
using JobRequests.Testing.Load;

namespace JobRequests.Testing.Backends.Nemesis;

/// <summary>A crowd that sends at a constant rate, whatever becomes of it: a fifth repeats, a twentieth other payloads under a used key.</summary>
internal sealed class SteadyLoad(RecordingCaller caller, Crowd crowd, double rate, int seed)
{
    private const int Remembered = 200;

    private readonly ConcurrentDictionary<long, Task> _pending = new();

    public async Task RunAsync(CancellationToken stop)
    {
        var chance = new Random(seed);
        var recent = new List<Request>();
        var started = Stopwatch.GetTimestamp();
        for (var sent = 0L; !stop.IsCancellationRequested; sent++)
        {
            var due = TimeSpan.FromSeconds(sent / rate) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero) await Task.Delay(due, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var number = sent;
            _pending[number] = SendAsync(Next(chance, recent), number);
        }

        await Task.WhenAll(_pending.Values);
    }

    private Request Next(Random chance, List<Request> recent)
    {
        var kind = chance.Next(20);
        if (kind < 5 && recent.Count > 0)
        {
            var again = recent[chance.Next(recent.Count)];
            return kind > 0 || again.Op is not ("create" or "decline") ? again : again with { Variant = "another payload under the same key" };
        }

        var request = crowd.Next(chance);
        recent.Add(request);
        if (recent.Count > Remembered) recent.RemoveAt(0);
        return request;
    }

    private async Task SendAsync(Request request, long number)
    {
        await Task.Yield();
        var call = await caller.SendAsync(request);
        if (!call.IsDecided && request.Variant is null) crowd.Keep(request);
        _pending.TryRemove(number, out _);
    }
}
