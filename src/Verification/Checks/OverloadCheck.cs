using System.Globalization;

namespace JobRequests.Verification;

/// <summary>
/// A run as a whole under overload: I13. Seconds in which more was asked for than can be decided must bring decisions at nearly that rate,
/// and refusals at once. Fed call by call; memory grows with the seconds of the history.
/// </summary>
internal sealed class OverloadCheck(CheckRules rules)
{
    private const long Second = 1_000_000_000;

    // Shorter bursts are what queues are for.
    private const int ShortestOverload = 3;
    private const double Overloaded = 1.2;

    private readonly Dictionary<long, Bucket> _seconds = [];
    private RecordedCall? _slowestRefusal;

    public void Add(RecordedCall call)
    {
        if (call.IsGet) return;
        At(call.Start).Offered++;
        if (call is { IsDecided: true, End: { } end }) At(end).Decided++;
        if (call is { Status: 503, End: not null } && (_slowestRefusal is null || Took(call) > Took(_slowestRefusal))) _slowestRefusal = call;
    }

    public IReadOnlyList<Violation> Check(out string? note)
    {
        note = null;
        var findings = new Findings(null);
        if (rules.Capacity is not { } capacity)
        {
            note = "I13 was not judged: it needs to know how many decisions a second the deployment can make (--capacity).";
            return [];
        }

        var overloads = Overloads(capacity).ToList();
        if (overloads.Count == 0) note = "I13 was not judged: the history has no overload.";
        foreach (var (first, seconds) in overloads)
        {
            var decided = Enumerable.Range(0, seconds).Sum(offset => _seconds.GetValueOrDefault(first + offset)?.Decided ?? 0) / (double)seconds;
            if (decided < capacity * rules.LeastGoodput)
                findings.Add(Invariant.I13,
                    string.Create(CultureInfo.InvariantCulture, $"For {seconds} s of overload {decided:0} decisions a second were left of {capacity:0}."),
                    evidence: Enumerable.Range(0, seconds).Select(offset => Line(first + offset)));
        }

        if (overloads.Count > 0 && _slowestRefusal is { } slowest && Took(slowest) > rules.RefusalLimit)
            findings.Add(Invariant.I13, string.Create(CultureInfo.InvariantCulture, $"A refusal took {Took(slowest).TotalMilliseconds:0} ms."),
                caller: slowest.Caller, key: slowest.Key, evidence: Show.Call(slowest));
        return findings.Violations;
    }

    private IEnumerable<(long First, int Seconds)> Overloads(double capacity)
    {
        long? first = null;
        var last = 0L;
        foreach (var second in _seconds.Where(second => second.Value.Offered >= capacity * Overloaded).Select(second => second.Key).Order())
        {
            if (first is { } begun && second > last + 1)
            {
                if (last - begun + 1 >= ShortestOverload) yield return (begun, (int)(last - begun + 1));
                first = null;
            }

            first ??= second;
            last = second;
        }

        if (first is { } start && last - start + 1 >= ShortestOverload) yield return (start, (int)(last - start + 1));
    }

    private Bucket At(long time)
    {
        var second = Math.DivRem(time, Second).Quotient;
        if (!_seconds.TryGetValue(second, out var bucket)) _seconds.Add(second, bucket = new Bucket());
        return bucket;
    }

    private string Line(long second) =>
        $"second {second}: {_seconds.GetValueOrDefault(second)?.Offered ?? 0} asked for, {_seconds.GetValueOrDefault(second)?.Decided ?? 0} decided";

    private static TimeSpan Took(RecordedCall call) => TimeSpan.FromMicroseconds((call.End!.Value - call.Start) / 1e3);

    private sealed class Bucket
    {
        public int Offered { get; set; }

        public int Decided { get; set; }
    }
}
