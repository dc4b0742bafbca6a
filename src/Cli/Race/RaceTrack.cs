using System.Collections.Concurrent;
using System.Diagnostics;

namespace JobRequests.Cli.Race;

/// <param name="Candidates">How many people want each job.</param>
/// <param name="Jobs">How many jobs.</param>
/// <param name="Repeats">How often each person sends the same request again.</param>
/// <param name="Parallel">How many jobs are raced for at once.</param>
/// <param name="Seed">The order of the sends, and which repeats go out together with the first.</param>
internal sealed record RacePlan(int Candidates, int Jobs, int Repeats, int Parallel, int Seed);

/// <summary>Creates the jobs, lets all candidates of a job accept at once, and reads the job afterwards.</summary>
internal sealed class RaceTrack(Session session, RacePlan plan)
{
    private readonly HttpClient _http = Session.NewHttpClient(session.Url);
    private readonly ConcurrentQueue<RecordedCall> _calls = new();
    private readonly Identity _requester = session.Identity.Token is null ? Identity.Development("race-requester") : session.Identity;

    public IReadOnlyCollection<RecordedCall> Calls => _calls;

    public async Task<IReadOnlyList<RacedJob>> RunAsync(CancellationToken cancellationToken)
    {
        var raced = new RacedJob[plan.Jobs];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = plan.Parallel, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, plan.Jobs, limits, async (number, stop) => raced[number] = await RaceAsync(number, stop));
        return raced;
    }

    private async Task<RacedJob> RaceAsync(int number, CancellationToken cancellationToken)
    {
        var people = Enumerable.Range(1, plan.Candidates).Select(person => $"racer-{person:000}").ToList();
        var requester = ClientOf(_requester);
        var start = Now();
        var created = await requester.CreateAsync(
            new NewJob { Title = $"race {plan.Seed}/{number}", Candidates = people }, cancellationToken: cancellationToken);
        if (created is not CommandResult.Succeeded { JobRequestId: var job })
            return new RacedJob(number, null, created, new Dictionary<string, IReadOnlyList<CommandResult>>(), null);
        _calls.Enqueue(
            RaceCalls.Of(created, job, Operation.Create, _requester.Name, start, Now()) with { Candidates = people, Wait = session.Wait.TotalSeconds });

        var chance = new Random(unchecked((plan.Seed * 7919) + number));
        var starts = people.Select(person => (Person: person, Together: Enumerable.Range(0, plan.Repeats).Select(_ => chance.Next(2) == 0).ToList())).ToArray();
        chance.Shuffle(starts);
        var answers = await Task.WhenAll(starts.Select(runner => AcceptAsync(job, runner.Person, runner.Together, cancellationToken)));

        return new RacedJob(
            number, job, created, answers.ToDictionary(answer => answer.Person, answer => answer.Results), await ReadAsync(requester, job, cancellationToken));
    }

    /// <summary>Sends one request 1 + repeats times under one key: some at once, the others after the first answer.</summary>
    private async Task<(string Person, IReadOnlyList<CommandResult> Results)> AcceptAsync(
        string job, string person, IReadOnlyList<bool> together, CancellationToken cancellationToken)
    {
        var key = IdempotencyKey.New();
        var first = SendAsync(job, person, key, cancellationToken);
        List<Task<CommandResult>> sent = [first, .. together.Where(now => now).Select(_ => SendAsync(job, person, key, cancellationToken))];
        await first;
        sent.AddRange(together.Where(now => !now).Select(_ => SendAsync(job, person, key, cancellationToken)));
        return (person, await Task.WhenAll(sent));
    }

    private async Task<CommandResult> SendAsync(string job, string person, string key, CancellationToken cancellationToken)
    {
        // A client of its own for each send, as if from another device: only the service can tell that they are one request.
        var client = ClientOf(Identity.Development(person));
        var start = Now();
        var result = await client.AcceptAsync(job, new CommandOptions { Key = key }, cancellationToken);
        _calls.Enqueue(RaceCalls.Of(result, job, Operation.Accept, person, start, Now()) with { Wait = session.Wait.TotalSeconds });
        return result;
    }

    private async Task<Job?> ReadAsync(JobRequestsClient requester, string job, CancellationToken cancellationToken)
    {
        try
        {
            var start = Now();
            var read = await requester.GetJobAsync(job, Consistency.Strong, cancellationToken: cancellationToken);
            _calls.Enqueue(new RecordedCall
            {
                Job = job,
                Op = "get",
                Caller = _requester.Name,
                Start = start,
                End = Now(),
                Outcome = "SUCCESS",
                Version = checked((int)read.Version),
                Winner = read.AcceptedBy ?? "",
                Status = 200,
            });
            return read;
        }
        catch (Exception e) when (e is JobRequestsException or HttpRequestException)
        {
            // The race's own answers stand; the report names the job as not checked.
            return null;
        }
    }

    private JobRequestsClient ClientOf(Identity identity) => new(
        _http,
        new JobRequestsClientOptions
        {
            BaseAddress = session.Url,
            AccessToken = _ => ValueTask.FromResult(identity.Token),
            Caller = identity.Label,
            Wait = session.Wait,
            // The race reads each job itself, once, and measures the accepts alone.
            ReadJobAfterReplay = false,
        });

    private static long Now() => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
}
