namespace JobRequests.Gateway.Administration;

/// <summary>How the service is, as the gateway that was asked knows it.</summary>
/// <param name="At">When it was put together.</param>
/// <param name="Gateway">The gateway that was asked: backlog and dependencies are as it sees them.</param>
/// <param name="Commands">The commands of the last minute, of all gateways together.</param>
/// <param name="Backlog">What was published and is not decided yet.</param>
/// <param name="Silos">The silos that the cluster knows, dead ones too; null when no silo answers.</param>
/// <param name="Gateways">The gateways that live; this one alone when no silo answers.</param>
/// <param name="Dependencies">What the gateway and the silos need, by name.</param>
internal sealed record OperationsStatusBody(
    DateTimeOffset At,
    string Gateway,
    CommandFiguresBody Commands,
    BacklogBody Backlog,
    IReadOnlyList<SiloBody>? Silos,
    IReadOnlyList<GatewayBody> Gateways,
    IReadOnlyDictionary<string, DependencyBody> Dependencies);

/// <param name="PerSecond">Commands answered a second, refusals included.</param>
/// <param name="Outcomes">Commands answered in the last minute: SUCCESS, FAIL, TIMEOUT, REFUSED.</param>
/// <param name="Refused">Commands refused before they were published in the last minute, by reason: <c>in-flight</c>, <c>caller-share</c>,
/// <c>predicted-wait</c>, <c>producer-queue</c>, <c>no-consumer</c>, <c>no-silo</c>, <c>log-unreachable</c>, <c>storage-unreachable</c>, <c>no-answer</c>,
/// <c>clock</c>.</param>
/// <param name="LatencyMs">From arrival to answer, milliseconds, of commands that were not refused; exact to 15 %.</param>
/// <param name="RefusalMs">The same of commands that were refused.</param>
/// <param name="InFlight">Commands being published or waited for.</param>
/// <param name="Waiting">Status requests that wait for an outcome.</param>
internal sealed record CommandFiguresBody(
    double PerSecond, IReadOnlyDictionary<string, long> Outcomes, IReadOnlyDictionary<string, long> Refused, LatencyBody LatencyMs, LatencyBody RefusalMs,
    int InFlight, int Waiting);

/// <summary>Percentiles; null while nothing was answered.</summary>
internal sealed record LatencyBody(double? P50, double? P95, double? P99);

/// <param name="IsReachable">Whether the log of commands answers.</param>
/// <param name="Lag">Commands written and not finished.</param>
/// <param name="PredictedWaitMs">The longest wait that is predicted for a command written now.</param>
/// <param name="Partitions">Each partition, in their order.</param>
internal sealed record BacklogBody(bool IsReachable, long Lag, long PredictedWaitMs, IReadOnlyList<PartitionBody> Partitions);

/// <param name="Partition">From 0.</param>
/// <param name="Lag">Commands written and not finished.</param>
/// <param name="DrainRate">Commands finished a second; null while the partition keeps up, for then it finishes what comes.</param>
/// <param name="PredictedWaitMs">How long a command written now waits for its decision; 0 while the partition keeps up.</param>
/// <param name="IsStalled">It is behind and finishes nothing: commands for it are refused.</param>
internal sealed record PartitionBody(int Partition, long Lag, double? DrainRate, long PredictedWaitMs, bool IsStalled);

/// <param name="Address">Host, port and generation.</param>
/// <param name="Name">Its name, where it has one.</param>
/// <param name="Status">As the cluster sees it: Joining, Active, ShuttingDown, Stopping, Dead.</param>
/// <param name="Since">When it started.</param>
internal sealed record SiloBody(string Address, string? Name, string Status, DateTimeOffset Since);

/// <param name="Name">Which one.</param>
/// <param name="LastSeenAt">When it told of itself.</param>
/// <param name="PerSecond">Commands answered a second, refusals included.</param>
/// <param name="InFlight">Commands being published or waited for.</param>
internal sealed record GatewayBody(string Name, DateTimeOffset LastSeenAt, double PerSecond, int InFlight);

/// <param name="Status">Healthy, Degraded or Unhealthy.</param>
/// <param name="Description">What was seen, where it is not healthy.</param>
/// <param name="Docs">Where to read on.</param>
internal sealed record DependencyBody(string Status, string? Description, string? Docs);
