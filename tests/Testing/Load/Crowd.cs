using System.Collections.Concurrent;
using JobRequests.Domain;

namespace JobRequests.Testing.Load;

/// <summary>People who create jobs and answer them, all at once, repeating some of their requests; seeded.</summary>
public sealed class Crowd(int seed, int callers)
{
    private static readonly string[] People = [.. Enumerable.Range(1, 6).Select(number => $"person-{number}")];
    private static readonly string[] Operations = ["accept", "accept", "accept", "accept", "decline", "decline", "withdraw", "start", "cancel"];

    private readonly ConcurrentQueue<Request> _unanswered = new();
    private readonly Lock _gate = new();
    private readonly List<Request> _jobs = [];
    private int _sequence;

    public IReadOnlyCollection<Request> Unanswered => _unanswered;

    public IReadOnlyList<Request> Jobs
    {
        get
        {
            lock (_gate) return [.. _jobs];
        }
    }

    /// <summary>Everybody sends until <paramref name="stop"/>, or until the server is gone.</summary>
    public Task RunAsync(RecordingCaller caller, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, callers).Select(async number =>
    {
        await Task.Yield();
        var chance = new Random(unchecked((seed * 31) + number + _sequence));
        while (!stop.IsCancellationRequested)
        {
            var request = Next(chance);
            var attempts = await Task.WhenAll(Enumerable.Range(0, chance.Next(5) == 0 ? 2 : 1).Select(_ => caller.SendAsync(request)));
            if (Array.Exists(attempts, attempt => attempt.End is null))
            {
                _unanswered.Enqueue(request);
                return;
            }

            // A repeat of something that was answered long ago.
            if (chance.Next(10) == 0) await caller.SendAsync(request);
        }
    }));

    /// <summary>Sends what was cut off again, creates first: nothing is decided on a job that does not exist yet.</summary>
    public async Task AnswerTheRestAsync(RecordingCaller caller)
    {
        List<Request> cutOff = [];
        while (_unanswered.TryDequeue(out var request)) cutOff.Add(request);
        foreach (var request in cutOff.OrderBy(request => request.Op == "create" ? 0 : 1)) await caller.SendUntilDecidedAsync(request);
    }

    private Request Next(Random chance)
    {
        lock (_gate)
        {
            var key = $"k{seed}-{++_sequence}";
            if (_jobs.Count < 8 || chance.Next(8) == 0)
            {
                var create = new Request(JobRequestId.Derive("zoe", key), "create", "zoe", key, People);
                _jobs.Add(create);
                return create;
            }

            // The newest jobs are the contended ones.
            var job = _jobs[^chance.Next(1, 9)];
            var op = Operations[chance.Next(Operations.Length)];
            return new Request(job.Job, op, op == "cancel" ? "zoe" : People[chance.Next(People.Length)], key);
        }
    }
}
