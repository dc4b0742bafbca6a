using System.Collections;
using System.Numerics;

namespace JobRequests.Verification;

/// <summary>Whether one job, asked one call after the other, could have given all answers.</summary>
public enum Linearizability
{
    /// <summary>There are no calls, or none that says who the candidates are.</summary>
    NotJudged,

    Linearizable,

    NotLinearizable,

    /// <summary>No order was found among those that were tried, and not all were tried.</summary>
    Undecided,
}

/// <summary>
/// Looks for an order of the steps that fits their times and their answers, as Wing and Gong do, and never twice from the same state with the
/// same steps left, as Lowe does. Steps that change nothing are put in as soon as they fit: that leaves all others every order they had.
/// </summary>
internal sealed class LinearizabilitySearch(SequentialRules rules, IEnumerable<Step> steps, int limit)
{
    private readonly Step[] _steps = [.. steps.OrderBy(step => step.Start)];

    /// <summary>The state that most answers led to.</summary>
    public SequentialJob Furthest { get; private set; }

    /// <summary>The steps of which one had to come next there, and none could.</summary>
    public IReadOnlyList<Step> Stuck { get; private set; } = [];

    public Linearizability Run()
    {
        var makers = MakersOfVersions();
        var open = new Stack<(SequentialJob Job, BitArray Done)>([(default, new BitArray(_steps.Length))]);
        var seen = new HashSet<(SequentialJob Job, BigInteger Done)>();
        var most = -1;
        while (open.TryPop(out var at))
        {
            var (job, done) = at;
            var firstEnd = TakeWhatChangesNothing(job, done);
            if (firstEnd == long.MaxValue) return Linearizability.Linearizable;
            if (!seen.Add((job, AsNumber(done)))) continue;
            if (seen.Count > limit) return Linearizability.Undecided;

            var candidates = Candidates(done, firstEnd).ToList();
            if (CountAnswered(done) is var answered && answered > most)
                (most, Furthest, Stuck) = (answered, job, [.. candidates.Select(index => _steps[index]).Where(step => !step.IsPending)]);
            // The last one is tried first: those that are known to have happened before those that may have.
            foreach (var index in candidates.Where(index => !_steps[index].ChangesNothing).OrderByDescending(index => _steps[index].End))
            {
                if (_steps[index].Take(job, rules) is not { } next || (makers.TryGetValue(next.Version, out var maker) && maker != index)) continue;
                var then = new BitArray(done);
                then[index] = true;
                open.Push((next, then));
            }
        }

        return Linearizability.NotLinearizable;
    }

    // One step makes a version: whoever was told of it.
    private Dictionary<int, int> MakersOfVersions()
    {
        var makers = new Dictionary<int, int>();
        for (var index = 0; index < _steps.Length; index++)
            if (!_steps[index].ChangesNothing && !_steps[index].IsPending && _steps[index].Call.Version is { } version) makers.TryAdd(version, index);
        return makers;
    }

    /// <returns>The first end of the steps that are left: what begins later comes later.</returns>
    private long TakeWhatChangesNothing(SequentialJob job, BitArray done)
    {
        while (true)
        {
            var firstEnd = FirstEnd(done);
            var taken = false;
            foreach (var index in Candidates(done, firstEnd))
            {
                if (!_steps[index].ChangesNothing || !_steps[index].Fits(job, rules)) continue;
                done[index] = taken = true;
            }

            if (!taken) return firstEnd;
        }
    }

    private long FirstEnd(BitArray done)
    {
        var first = long.MaxValue;
        for (var index = 0; index < _steps.Length && _steps[index].Start <= first; index++)
            if (!done[index]) first = Math.Min(first, _steps[index].End);
        return first;
    }

    private IEnumerable<int> Candidates(BitArray done, long firstEnd)
    {
        for (var index = 0; index < _steps.Length && _steps[index].Start <= firstEnd; index++)
            if (!done[index]) yield return index;
    }

    private int CountAnswered(BitArray done)
    {
        var count = 0;
        for (var index = 0; index < _steps.Length; index++)
            if (done[index] && !_steps[index].IsPending) count++;
        return count;
    }

    private static BigInteger AsNumber(BitArray bits)
    {
        var bytes = new byte[(bits.Length + 7) / 8];
        bits.CopyTo(bytes, 0);
        return new BigInteger(bytes, isUnsigned: true);
    }
}
