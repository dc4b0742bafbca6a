namespace JobRequests.Testing.Overload;

/// <summary>What an overload run does to a service whose capacity is set to a known rate.</summary>
/// <param name="Gateways">Where to send; each in turn.</param>
/// <param name="Capacity">Commands decided a second, at most: what the silos are configured to, all together.</param>
/// <param name="Factor">How many times that is sent.</param>
/// <param name="Duration">For how long.</param>
/// <param name="ProcessIds">The processes whose memory is watched.</param>
public sealed record OverloadPlan(IReadOnlyList<Uri> Gateways, int Capacity, double Factor, TimeSpan Duration, IReadOnlyList<int> ProcessIds)
{
    /// <summary>How long the load runs before it is measured: the gateways have to see that they are behind.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long it may take after the load until everything is decided as before.</summary>
    public TimeSpan RecoveryLimit { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>What an overload run brought. Rates are a second; times are milliseconds.</summary>
/// <param name="Offered">Commands sent.</param>
/// <param name="Goodput">Commands decided, SUCCESS or FAIL, and answered within the caller's wait.</param>
/// <param name="GoodputShare">Goodput as a share of capacity.</param>
/// <param name="Answers">Answers by status and code; without an answer: 0.</param>
/// <param name="RefusalsAtGatewayP99">From a refused command's arrival at its endpoint until its answer is written, as the gateways measure it; null when
/// nothing was refused.</param>
/// <param name="RefusalsAtCallerP50">The same as the generator sees it, which shares the machine.</param>
/// <param name="RefusalsAtCallerP99">Likewise.</param>
/// <param name="DecisionsP50">From sending to answer, of what was decided.</param>
/// <param name="DecisionsP99">Likewise.</param>
/// <param name="MemoryBefore">Resident memory of all processes before, MiB.</param>
/// <param name="MemoryMost">The most of it during the load, MiB.</param>
/// <param name="RecoveredAfter">Seconds from the end of the load until nothing was refused and everything was decided within half a second; null when that did
/// not happen in time.</param>
public sealed record OverloadReport(
    double Offered,
    double Goodput,
    double GoodputShare,
    IReadOnlyDictionary<string, int> Answers,
    double? RefusalsAtGatewayP99,
    double RefusalsAtCallerP50,
    double RefusalsAtCallerP99,
    double DecisionsP50,
    double DecisionsP99,
    double MemoryBefore,
    double MemoryMost,
    double? RecoveredAfter)
{
    public override string ToString() => FormattableString.Invariant($"""
        offered                  {Offered:F0}/s
        decided                  {Goodput:F0}/s, {GoodputShare:P0} of capacity
        answers                  {string.Join(", ", Answers.OrderByDescending(answer => answer.Value).Select(answer => $"{answer.Key} {answer.Value}"))}
        refusals at the gateway  p99 {RefusalsAtGatewayP99:F1} ms
        refusals at the caller   p50 {RefusalsAtCallerP50:F1} ms, p99 {RefusalsAtCallerP99:F1} ms
        decisions at the caller  p50 {DecisionsP50:F0} ms, p99 {DecisionsP99:F0} ms
        resident memory          {MemoryBefore:F0} MiB before, {MemoryMost:F0} MiB at most
        back to normal           {(RecoveredAfter is { } after ? FormattableString.Invariant($"{after:F1} s after the load") : "not in time")}
        """);
}
