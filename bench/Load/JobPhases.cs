using System.Net;

namespace JobRequests.Bench;

/// <summary>What is done with jobs, the same against every kind of server.</summary>
internal sealed class JobPhases(JobCalls calls, int callers)
{
    /// <param name="name">The phase.</param>
    /// <param name="count">How many jobs.</param>
    /// <param name="created">Takes their ids, where they are needed.</param>
    public Task<PhaseResult> CreateAsync(string name, int count, string?[]? created = null) => CreateAsync(name, count, callers, created);

    public Task<PhaseResult> CreateOneAfterTheOtherAsync(int count) => CreateAsync("create, one after the other", count, 1, created: null);

    public Task<PhaseResult> AcceptAsync(string name, string?[] created) =>
        Phase.RunAsync(name, created.Length, callers, async index => created[index] is { } job && await AcceptAsync(index, job));

    /// <summary>Jobs are created, and each of them is accepted once all are on their way.</summary>
    public Task<PhaseResult> CreateAndAcceptAsync(string name, int count)
    {
        Lazy<Task<string?>>[] created = [.. Enumerable.Range(0, count).Select(index => new Lazy<Task<string?>>(() => CreateAsync(index)))];
        return Phase.RunAsync(name, 2 * count, callers, async index =>
        {
            var job = await created[index % count].Value;
            return job is not null && (index < count || await AcceptAsync(index % count, job));
        });
    }

    public async Task<PhaseResult> AcceptAtOnceAsync(int contenders)
    {
        var crowd = Enumerable.Range(0, contenders).Select(number => $"p{number}").ToArray();
        var job = await calls.CreateAsync("requester", crowd) ?? throw new InvalidOperationException("The job that many accept at once was not created.");
        var wins = 0;
        var result = await Phase.RunAsync($"one job, {contenders:N0} at once", contenders, contenders, async index =>
        {
            var status = await calls.AcceptAsync(job, crowd[index]);
            if (status == HttpStatusCode.OK) Interlocked.Increment(ref wins);
            return status is HttpStatusCode.OK or HttpStatusCode.Conflict;
        });
        return result with { Unexpected = result.Unexpected + (wins == 1 ? 0 : 1) };
    }

    private Task<PhaseResult> CreateAsync(string name, int count, int width, string?[]? created) =>
        Phase.RunAsync(name, count, width, async index =>
        {
            var job = await CreateAsync(index);
            if (created is not null) created[index] = job;
            return job is not null;
        });

    // As many people as callers: one person who sends everything would be refused for taking the share of the others.
    private Task<string?> CreateAsync(int index) => calls.CreateAsync($"requester{index % callers}", [$"candidate{index % callers}", "b"]);

    private async Task<bool> AcceptAsync(int index, string job) => await calls.AcceptAsync(job, $"candidate{index % callers}") == HttpStatusCode.OK;
}
