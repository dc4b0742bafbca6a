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
/// <param name="Answered">The candidates who answered in this epoch, one bit each.</param>
/// <param name="Withdrawn">The candidates who withdrew in any epoch.</param>
internal readonly record struct SequentialJob(Stage Stage, int Version, string? Requester, string? Winner, BigInteger Answered, BigInteger Withdrawn);

/// <summary>
/// The rules of a job, written a second time on purpose: answers are held against them, not against the decider that gave the answers.
/// Tasks and clocks are unknown here: any refusal of a task, of a finish, by a deadline or by a version is taken for true.
/// </summary>
internal sealed class SequentialRules(IEnumerable<string> candidates)
{
    /// <summary>Time closes the job; an operation of nobody.</summary>
    public const string Expire = "expire";

    private readonly Dictionary<string, int> _candidates = candidates.Distinct(StringComparer.Ordinal)
        .Select((name, index) => (name, index))
        .ToDictionary(StringComparer.Ordinal);

    /// <returns>The job after the operation has succeeded; null where it cannot succeed.</returns>
    public SequentialJob? Execute(SequentialJob job, string operation, string actor)
    {
        var isWinner = job.Winner == actor;
        return (job.Stage, operation) switch
        {
            (Stage.None, Operations.Create) => new SequentialJob(Stage.Open, 1, actor, null, 0, 0),
            (Stage.Open, Operations.Accept) when CanAnswer(job, actor) =>
                Next(job) with { Stage = Stage.Accepted, Winner = actor, Answered = job.Answered | Bit(actor) },
            (Stage.Open, Operations.Decline) when CanAnswer(job, actor) => Decline(job, actor),
            (Stage.Accepted, Operations.Withdraw) when isWinner =>
                Next(job) with { Stage = Stage.Open, Winner = null, Answered = 0, Withdrawn = job.Withdrawn | Bit(actor) },
            (Stage.Accepted, Operations.Start) when isWinner => Next(job) with { Stage = Stage.Started },
            (Stage.Started, Operations.FinishTask) when isWinner => Next(job),
            (Stage.Started, Operations.Finish) when isWinner => Next(job) with { Stage = Stage.Closed },
            (Stage.Open or Stage.Accepted or Stage.Started, Operations.Cancel) when job.Requester == actor => Next(job) with { Stage = Stage.Closed },
            (Stage.Open, Expire) => Next(job) with { Stage = Stage.Closed },
            _ => null,
        };
    }

    public bool IsVisible(SequentialJob job, string reader, bool isAdmin) =>
        job.Stage != Stage.None && (isAdmin || job.Requester == reader || _candidates.ContainsKey(reader));

    private bool CanAnswer(SequentialJob job, string actor) => _candidates.ContainsKey(actor) && ((job.Answered | job.Withdrawn) & Bit(actor)).IsZero;

    private SequentialJob Decline(SequentialJob job, string actor)
    {
        var next = Next(job) with { Answered = job.Answered | Bit(actor) };
        return BigInteger.PopCount(next.Answered | next.Withdrawn) < _candidates.Count ? next : Next(next) with { Stage = Stage.Closed };
    }

    private BigInteger Bit(string candidate) => BigInteger.One << _candidates[candidate];

    private static SequentialJob Next(SequentialJob job) => job with { Version = job.Version + 1 };
}
