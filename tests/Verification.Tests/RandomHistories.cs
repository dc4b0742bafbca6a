using JobRequests.Domain;

namespace JobRequests.Verification.Tests;

/// <summary>
/// Histories of one job each, from a seed. A good one is good by construction: the decider answers at a moment inside each call.
/// </summary>
internal static class RandomHistories
{
    private const int Calls = 30;
    private const string Requester = "zoe";

    // The last one is no candidate before the job is assigned to it.
    private static readonly string[] People = ["ann", "bob", "cid", "dee"];
    private static readonly string[] Operations =
        ["accept", "accept", "accept", "decline", "withdraw", "confirm", "start", "cancel", "amend", "assign", "release", "release", "get"];

    public static List<RecordedCall> Good(int seed) => Good(new Random(seed), $"history-{seed}");

    /// <summary>One answer is another. Few of those happen to be possible at another moment of their call.</summary>
    public static List<RecordedCall> Bad(int seed) => Changed(seed, (random, call) => random.Next(3) switch
    {
        0 when call.Winner is { } winner => call with { Winner = winner == "ann" ? "bob" : "ann" },
        0 or 1 when !call.IsGet => call with { Outcome = call.IsSuccess ? "FAIL" : "SUCCESS" },
        _ => call with { Version = call.Version + (random.Next(2) * 2) - 1 },
    });

    /// <summary>One answer came at another time, or is said to be none. That may be possible, or not.</summary>
    public static List<RecordedCall> Doubtful(int seed) => Changed(seed, (random, call) => random.Next(2) == 0
        ? call with { Outcome = "REFUSED" }
        : call with { Start = call.Start + 200, End = call.End + 200 });

    private static List<RecordedCall> Changed(int seed, Func<Random, RecordedCall, RecordedCall> change)
    {
        var random = new Random(seed);
        var calls = Good(random, $"history-{seed}");
        var decided = calls.Where(call => call.IsDecided && call.Op != "create").ToList();
        var call = decided[random.Next(decided.Count)];
        calls[calls.IndexOf(call)] = change(random, call);
        return calls;
    }

    private static List<RecordedCall> Good(Random random, string job)
    {
        var (state, ledger, calls) = (JobRequest.Initial, new Dictionary<string, RecordedCall>(), new List<RecordedCall>());
        var (hasWaves, confirms) = (random.Next(3) == 0, random.Next(3) == 0);
        for (var moment = 100L; calls.Count < Calls; moment += 10)
        {
            var op = calls.Count == 0 ? "create" : Operations[random.Next(Operations.Length)];
            var isDispatcher = op is "cancel" or "amend" or "assign" or "release";
            if (state.DueAt is { } due && random.Next(8) == 0) state = JobRequestDecider.Advance(state, due).Aggregate(state, JobRequest.Evolve);
            var isAdmin = isDispatcher && random.Next(4) == 0;
            var key = random.Next(8);
            var call = new RecordedCall
            {
                Job = job,
                Op = op,
                Caller = isAdmin ? "root" : isDispatcher || op is "create" or "get" ? Requester : People[random.Next(People.Length)],
                Admin = isAdmin ? true : null,
                Key = op == "get" ? null : $"k{key}",
                Candidates = op == "create" ? People[..^1] : op is "assign" or "amend" ? [People[key % People.Length]] : null,
                Waves = op == "create" && hasWaves ? [1] : null,
                Confirm = op == "create" && confirms ? true : null,
                Standby = op == "accept" ? key % 2 == 0 : null,
                Start = moment - random.Next(60),
                End = moment + 1 + random.Next(60),
                Outcome = RecordedCall.Pending,
            };
            var isExecuted = call.Op is "create" or "get" || random.Next(12) > 0;
            var answered = call with { Outcome = "SUCCESS", Version = state.Version, Winner = state.Winner ?? "" };
            if (isExecuted && !call.IsGet) (state, answered) = Execute(state, ledger, call);
            calls.Add(call.IsGet || (isExecuted && random.Next(10) > 0) ? answered : call with { End = null });
        }

        return calls;
    }

    private static (JobRequest State, RecordedCall Answered) Execute(JobRequest state, Dictionary<string, RecordedCall> ledger, RecordedCall call)
    {
        var identity = $"{call.Caller} {call.Op} {call.Key}";
        if (ledger.TryGetValue(identity, out var first)) return (state, call with { Outcome = first.Outcome, Version = first.Version, Rank = first.Rank });
        var decision = JobRequestDecider.Decide(state, Command(call), call.Caller, default, call.Admin == true);
        if (decision is JobRequestDecision.Succeeded approved) state = approved.Events.Aggregate(state, JobRequest.Evolve);
        var told = ledger[identity] = call with
        {
            Outcome = decision is JobRequestDecision.Succeeded ? "SUCCESS" : "FAIL",
            Version = state.Version,
            Rank = decision is JobRequestDecision.Succeeded { Events: [JobRequestEvent.StandbyJoined joined] } ? joined.Rank : null,
        };
        return (JobRequestDecider.Advance(state, default).Aggregate(state, JobRequest.Evolve), told);
    }

    private static JobRequestCommand Command(RecordedCall call) => call.Op switch
    {
        "create" => new JobRequestCommand.Create(
            [.. call.Candidates!], [], Waves: call.Waves is null ? null : [.. call.Waves.Select(size => new Wave(size, 60))],
            ConfirmSeconds: call.Confirm == true ? 60 : null),
        "accept" => new JobRequestCommand.Accept(call.Standby == true),
        "confirm" => new JobRequestCommand.Confirm(),
        "amend" => new JobRequestCommand.Amend(AddCandidates: [.. call.Candidates!]),
        "decline" => new JobRequestCommand.Decline(),
        "withdraw" => new JobRequestCommand.Withdraw(),
        "start" => new JobRequestCommand.Start(),
        "assign" => new JobRequestCommand.Assign(call.Candidates![0]),
        "release" => new JobRequestCommand.Release(),
        _ => new JobRequestCommand.Cancel(),
    };
}
