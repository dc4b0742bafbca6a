using System.Collections.Concurrent;
using JobRequests.Domain;

namespace JobRequests.Testing.Load;

/// <summary>People who create jobs and answer them, all at once, repeating some of their requests; seeded.</summary>
/// <param name="seed">Same seed, same requests.</param>
/// <param name="callers">How many send at once.</param>
/// <param name="pace">How long each rests between two requests: where refusals come at once, so would the next request.</param>
public sealed class Crowd(int seed, int callers, TimeSpan pace = default)
{
    // The first six are candidates of each job, the others are added.
    private static readonly string[] People = [.. Enumerable.Range(1, 8).Select(number => $"person-{number}")];
    private static readonly string[] Operations =
        ["accept", "accept", "accept", "accept", "accept", "decline", "decline", "withdraw", "confirm", "start", "cancel", "release", "amend"];

    private static readonly ParallelOptions Gently = new() { MaxDegreeOfParallelism = 8 };

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

    /// <summary>
    /// Everybody sends until <paramref name="stop"/>. Who gets no answer at all stops too: the server is gone; with <paramref name="endures"/>
    /// it goes on with something else, and what was not decided is kept for <see cref="AnswerTheRestAsync"/>.
    /// </summary>
    public Task RunAsync(RecordingCaller caller, CancellationToken stop, bool endures = false) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(async number =>
    {
        await Task.Yield();
        var chance = new Random(unchecked((seed * 31) + number + _sequence));
        while (!stop.IsCancellationRequested)
        {
            var request = Next(chance);
            var attempts = await Task.WhenAll(Enumerable.Range(0, chance.Next(5) == 0 ? 2 : 1).Select(_ => caller.SendAsync(request)));
            var isLost = Array.Exists(attempts, attempt => attempt.End is null);
            if (isLost || (endures && !Array.Exists(attempts, attempt => attempt.IsDecided))) _unanswered.Enqueue(request);
            if (isLost && !endures) return;

            // A repeat of something that was answered long ago.
            if (chance.Next(10) == 0) await caller.SendAsync(request);
            if (pace > TimeSpan.Zero) await Task.Delay(pace, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }));

    /// <summary>It was not decided; <see cref="AnswerTheRestAsync"/> asks again.</summary>
    public void Keep(Request request) => _unanswered.Enqueue(request);

    /// <summary>
    /// Sends what was cut off again, creates first: nothing is decided on a job that does not exist yet. A create that was met after its
    /// deadline has made no job, and nothing is asked of it any more.
    /// </summary>
    public async Task AnswerTheRestAsync(RecordingCaller caller)
    {
        List<Request> cutOff = [];
        while (_unanswered.TryDequeue(out var request)) cutOff.Add(request);
        await Parallel.ForEachAsync(cutOff.Where(request => request.Op == "create").Distinct(), Gently, async (create, _) =>
        {
            if (await caller.SendUntilDecidedAsync(create) is { Outcome: "SUCCESS" } or { Status: 422 }) return;
            lock (_gate) _jobs.Remove(create);
        });
        var jobs = Jobs.Select(create => create.Job).ToHashSet();
        await Parallel.ForEachAsync(
            cutOff.Where(request => request.Op != "create" && jobs.Contains(request.Job)).Distinct(), Gently, async (request, _) =>
                await caller.SendUntilDecidedAsync(request));
    }

    /// <summary>The same; then time does nothing any more, so that two looks at a job see one state.</summary>
    public async Task SettleAsync(RecordingCaller caller)
    {
        await AnswerTheRestAsync(caller);
        await Parallel.ForEachAsync(Jobs.Where(static create => create.HasClock), Gently, async (create, _) =>
            await caller.SendUntilDecidedAsync(new Request(create.Job, "cancel", create.Caller, $"{create.Key}-end")));
    }

    /// <summary>What somebody wants next.</summary>
    public Request Next(Random chance)
    {
        lock (_gate)
        {
            var key = $"k{seed}-{++_sequence}";
            if (_jobs.Count < 8 || chance.Next(8) == 0)
            {
                var create = new Request(
                    JobRequestId.Derive("zoe", key), "create", "zoe", key, People[..6], Waves: chance.Next(3) == 0 ? [2, 2] : null,
                    Confirms: chance.Next(3) == 0);
                _jobs.Add(create);
                return create;
            }

            // The newest jobs are the contended ones.
            var job = _jobs[^chance.Next(1, 9)];
            var op = Operations[chance.Next(Operations.Length)];
            var caller = op is "cancel" or "release" or "amend" ? "zoe" : People[chance.Next(People.Length)];
            return new Request(job.Job, op, caller, key, op == "amend" ? [People[chance.Next(6, 8)]] : null, Standby: op == "accept" && chance.Next(2) == 0);
        }
    }
}
