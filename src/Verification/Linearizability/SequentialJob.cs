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
/// <param name="Gone">The candidates who withdrew, were released, or did not confirm, in any epoch.</param>
/// <param name="Waiting">Who is asked by later waves, in this order, one character each.</param>
/// <param name="Wave">How many waves were opened.</param>
/// <param name="Standby">Who waits for the job, the first one first, one character each.</param>
/// <param name="IsUnconfirmed">Whether the winner has yet to confirm.</param>
internal readonly record struct SequentialJob(
    Stage Stage, int Version, string? Requester, string? Winner, BigInteger Asked, BigInteger Answered, BigInteger Gone, string Waiting, int Wave,
    string Standby,
    bool IsUnconfirmed);

/// <summary>
/// The rules of a job, written a second time on purpose: answers are held against them, not against the decider that gave the answers.
/// Tasks and clocks are unknown here: any refusal of a task, of a finish, by a deadline or by a version is taken for true.
/// </summary>
/// <param name="people">Everybody who is a candidate sooner or later.</param>
/// <param name="waves">How many people each wave asks.</param>
/// <param name="confirms">Whether winners have to confirm.</param>
internal sealed class SequentialRules(IEnumerable<string> people, IReadOnlyList<int> waves, bool confirms)
{
    /// <summary>Time closes the job; an operation of nobody.</summary>
    public const string Expire = "expire";

    /// <summary>The next wave is opened; an operation of nobody.</summary>
    public const string Widen = "widen";

    /// <summary>The winner has not confirmed in time; an operation of nobody.</summary>
    public const string Lapse = "lapse";

    private readonly Dictionary<string, int> _people = people.Distinct(StringComparer.Ordinal)
        .Select((name, index) => (name, index))
        .ToDictionary(StringComparer.Ordinal);

    private readonly List<string> _names = [.. people.Distinct(StringComparer.Ordinal)];

    /// <returns>The job after the operation has succeeded; null where it cannot succeed.</returns>
    public SequentialJob? Execute(SequentialJob job, RecordedCall call)
    {
        var actor = call.Caller;
        var isWinner = job.Winner == actor;
        var isDispatcher = job.Requester == actor || call.Admin == true;
        return (job.Stage, call.Op) switch
        {
            (Stage.None, Operations.Create) => Create(actor, call.Candidates!),
            (Stage.Open, Operations.Accept) when CanAnswer(job, actor) => Won(job with { Answered = job.Answered | Bit(actor) }, actor),
            (Stage.Accepted or Stage.Started, Operations.Accept) when call.Standby == true && CanAnswer(job, actor) =>
                Next(job) with { Answered = job.Answered | Bit(actor), Standby = job.Standby + Letter(actor) },
            (Stage.Open, Operations.Decline) when CanAnswer(job, actor) => Decline(job, actor),
            (Stage.Open, Operations.Assign) when isDispatcher => Assign(job, call.Candidates![0]),
            (Stage.Open or Stage.Accepted or Stage.Started, Operations.Amend) when isDispatcher => Amend(job, call.Candidates!),
            (Stage.Accepted or Stage.Started, Operations.Withdraw) when RankOf(job, actor) is not null =>
                Next(job) with { Standby = job.Standby.Replace($"{Letter(actor)}", "", StringComparison.Ordinal) },
            (Stage.Accepted, Operations.Withdraw) when isWinner => HandOn(job),
            (Stage.Accepted or Stage.Started, Operations.Release) when isDispatcher => HandOn(job),
            (Stage.Accepted, Operations.Confirm) when isWinner && job.IsUnconfirmed => Next(job) with { IsUnconfirmed = false },
            (Stage.Accepted, Operations.Start) when isWinner => Next(job) with { Stage = Stage.Started, IsUnconfirmed = false },
            (Stage.Started, Operations.FinishTask) when isWinner => Next(job),
            (Stage.Started, Operations.Finish) when isWinner => Next(job) with { Stage = Stage.Closed },
            (Stage.Open or Stage.Accepted or Stage.Started, Operations.Cancel) when isDispatcher => Next(job) with { Stage = Stage.Closed },
            (Stage.Open, Expire) => Next(job) with { Stage = Stage.Closed },
            (Stage.Open, Widen) when job.Waiting.Length > 0 => Open(job),
            (Stage.Accepted, Lapse) when job.IsUnconfirmed => HandOn(job),
            _ => null,
        };
    }

    public bool IsVisible(SequentialJob job, string reader, bool isAdmin) =>
        job.Stage != Stage.None && (isAdmin || job.Requester == reader || IsAsked(job, reader));

    /// <summary>The place in the line, from 1; null for who is not in it.</summary>
    public int? RankOf(SequentialJob job, string person) =>
        _people.ContainsKey(person) && job.Standby.IndexOf(Letter(person), StringComparison.Ordinal) is >= 0 and var index ? index + 1 : null;

    private bool IsAsked(SequentialJob job, string person) => _people.ContainsKey(person) && !(job.Asked & Bit(person)).IsZero;

    private bool CanAnswer(SequentialJob job, string actor) => IsAsked(job, actor) && ((job.Answered | job.Gone) & Bit(actor)).IsZero;

    private SequentialJob Create(string requester, IReadOnlyList<string> candidates)
    {
        var job = new SequentialJob(Stage.Open, 0, requester, null, 0, 0, 0, string.Concat(candidates.Select(Letter)), 0, "", false);
        return Open(job);
    }

    private SequentialJob Open(SequentialJob job)
    {
        var size = job.Wave < waves.Count ? Math.Min(waves[job.Wave], job.Waiting.Length) : job.Waiting.Length;
        return Next(job) with { Asked = job.Asked | Bits(job.Waiting[..size]), Waiting = job.Waiting[size..], Wave = job.Wave + 1 };
    }

    private SequentialJob Won(SequentialJob job, string person) =>
        Next(job) with { Stage = Stage.Accepted, Winner = person, IsUnconfirmed = confirms };

    private SequentialJob Assign(SequentialJob job, string person) => Won(
        job with
        {
            Asked = job.Asked | Bit(person),
            Answered = job.Answered | Bit(person),
            Gone = job.Gone & ~Bit(person),
            Waiting = job.Waiting.Replace($"{Letter(person)}", "", StringComparison.Ordinal),
        },
        person);

    private SequentialJob Amend(SequentialJob job, IReadOnlyList<string> people)
    {
        var added = string.Concat(people.Distinct(StringComparer.Ordinal).Where(person => !IsAsked(job, person)).Select(Letter).Except(job.Waiting));
        return job.Waiting.Length > 0 ? Next(job) with { Waiting = job.Waiting + added } : Next(job) with { Asked = job.Asked | Bits(added) };
    }

    private SequentialJob HandOn(SequentialJob job)
    {
        var next = job with { Gone = job.Gone | Bit(job.Winner!) };
        return job.Standby.Length > 0
            ? Won(next with { Standby = job.Standby[1..] }, _names[job.Standby[0]])
            : Next(next) with { Stage = Stage.Open, Winner = null, IsUnconfirmed = false, Answered = 0 };
    }

    private SequentialJob Decline(SequentialJob job, string actor)
    {
        var next = Next(job) with { Answered = job.Answered | Bit(actor) };
        return (next.Answered | next.Gone) != next.Asked || job.Waiting.Length > 0 ? next : Next(next) with { Stage = Stage.Closed };
    }

    private char Letter(string person) => (char)_people[person];

    private BigInteger Bit(string candidate) => BigInteger.One << _people[candidate];

    private static BigInteger Bits(string letters) => letters.Aggregate(BigInteger.Zero, (bits, letter) => bits | (BigInteger.One << letter));

    private static SequentialJob Next(SequentialJob job) => job with { Version = job.Version + 1 };
}
