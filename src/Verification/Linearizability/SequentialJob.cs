using System.Numerics;
using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>Where a job stands, as far as it decides what can happen next.</summary>
internal enum Stage
{
    None,
    Open,
    Accepted,
    Started,
    Closed,
}

/// <summary>The state of one job on which one call is executed after the other.</summary>
/// <param name="Stage">Where it stands.</param>
/// <param name="Version">The number of its events.</param>
/// <param name="Requester">Who created it.</param>
/// <param name="Winner">Who has it.</param>
/// <param name="Asked">The candidates, one bit each.</param>
/// <param name="Answered">The candidates who answered in this epoch, one bit each.</param>
/// <param name="Gone">The candidates who withdrew, or were released, in any epoch.</param>
internal readonly record struct SequentialJob(
    Stage Stage, int Version, string? Requester, string? Winner, BigInteger Asked, BigInteger Answered, BigInteger Gone);

/// <summary>
/// The rules of a job, written a second time on purpose: answers are held against them, not against the decider that gave the answers.
/// Tasks and clocks are unknown here: any refusal of a task, of a finish, by a deadline or by a version is taken for true.
/// </summary>
/// <param name="people">Everybody who is a candidate sooner or later.</param>
internal sealed class SequentialRules(IEnumerable<string> people)
{
    /// <summary>Time closes the job; an operation of nobody.</summary>
    public const string Expire = "expire";

    private readonly Dictionary<string, int> _people = people.Distinct(StringComparer.Ordinal)
        .Select((name, index) => (name, index))
        .ToDictionary(StringComparer.Ordinal);

    /// <returns>The job after the operation has succeeded; null where it cannot succeed.</returns>
    public SequentialJob? Execute(SequentialJob job, RecordedCall call)
    {
        var actor = call.Caller;
        var isWinner = job.Winner == actor;
        var isDispatcher = job.Requester == actor || call.Admin == true;
        return (job.Stage, call.Op) switch
        {
            (Stage.None, Operations.Create) =>
                new SequentialJob(Stage.Open, 1, actor, null, call.Candidates!.Aggregate(BigInteger.Zero, (asked, person) => asked | Bit(person)), 0, 0),
            (Stage.Open, Operations.Accept) when CanAnswer(job, actor) =>
                Next(job) with { Stage = Stage.Accepted, Winner = actor, Answered = job.Answered | Bit(actor) },
            (Stage.Open, Operations.Decline) when CanAnswer(job, actor) => Decline(job, actor),
            (Stage.Open, Operations.Assign) when isDispatcher => Assign(job, call.Candidates![0]),
            (Stage.Accepted, Operations.Withdraw) when isWinner => Reopen(job),
            (Stage.Accepted or Stage.Started, Operations.Release) when isDispatcher => Reopen(job),
            (Stage.Accepted, Operations.Start) when isWinner => Next(job) with { Stage = Stage.Started },
            (Stage.Started, Operations.FinishTask) when isWinner => Next(job),
            (Stage.Started, Operations.Finish) when isWinner => Next(job) with { Stage = Stage.Closed },
            (Stage.Open or Stage.Accepted or Stage.Started, Operations.Cancel) when isDispatcher => Next(job) with { Stage = Stage.Closed },
            (Stage.Open, Expire) => Next(job) with { Stage = Stage.Closed },
            _ => null,
        };
    }

    public bool IsVisible(SequentialJob job, string reader, bool isAdmin) =>
        job.Stage != Stage.None && (isAdmin || job.Requester == reader || IsAsked(job, reader));

    private bool IsAsked(SequentialJob job, string person) => _people.ContainsKey(person) && !(job.Asked & Bit(person)).IsZero;

    private bool CanAnswer(SequentialJob job, string actor) => IsAsked(job, actor) && ((job.Answered | job.Gone) & Bit(actor)).IsZero;

    private SequentialJob Assign(SequentialJob job, string person) => Next(job) with
    {
        Stage = Stage.Accepted,
        Winner = person,
        Asked = job.Asked | Bit(person),
        Answered = job.Answered | Bit(person),
        Gone = job.Gone & ~Bit(person),
    };

    private SequentialJob Reopen(SequentialJob job) =>
        Next(job) with { Stage = Stage.Open, Winner = null, Answered = 0, Gone = job.Gone | Bit(job.Winner!) };

    private SequentialJob Decline(SequentialJob job, string actor)
    {
        var next = Next(job) with { Answered = job.Answered | Bit(actor) };
        return (next.Answered | next.Gone) != next.Asked ? next : Next(next) with { Stage = Stage.Closed };
    }

    private BigInteger Bit(string candidate) => BigInteger.One << _people[candidate];

    private static SequentialJob Next(SequentialJob job) => job with { Version = job.Version + 1 };
}
