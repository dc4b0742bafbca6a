using Orleans.Concurrency;

namespace JobRequests.Grains.Abstractions;

/// <summary>How one gateway is; its figures are those of the last minute.</summary>
/// <param name="Name">Which gateway; another one after a restart.</param>
/// <param name="At">When it said so, on its clock.</param>
/// <param name="Seconds">How many seconds its figures cover, at most 60.</param>
/// <param name="InFlight">Commands being published or waited for.</param>
/// <param name="Waiting">Status requests that wait.</param>
/// <param name="Outcomes">Commands answered, by outcome.</param>
/// <param name="Refusals">Commands refused with 503, by reason.</param>
/// <param name="Latencies">Counts of answers to commands that were not refused by how long they took, on the gateways' common scale.</param>
/// <param name="RefusalLatencies">The same of those that were.</param>
[GenerateSerializer, Immutable, Alias("jobs.gateway-report")]
public sealed record GatewayReport(
    [property: Id(0)] string Name,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] double Seconds,
    [property: Id(3)] int InFlight,
    [property: Id(4)] int Waiting,
    [property: Id(5)] IReadOnlyDictionary<string, long> Outcomes,
    [property: Id(6)] IReadOnlyDictionary<string, long> Refusals,
    [property: Id(7)] int[] Latencies,
    [property: Id(8)] int[] RefusalLatencies);

/// <summary>Whether the silos' storage answers, and whether the silos stay.</summary>
/// <param name="IsStorageUp">False when it did not answer several times in a row.</param>
/// <param name="StorageProblem">What was seen, for an operator.</param>
/// <param name="SilosSameFor">How long ago the last silo came or went; null where none has since somebody watches, and from a release that does not
/// say.</param>
[GenerateSerializer, Immutable, Alias("jobs.storage-health")]
public sealed record SiloHealth([property: Id(0)] bool IsStorageUp, [property: Id(1)] string? StorageProblem, [property: Id(2)] TimeSpan? SilosSameFor = null);

/// <summary>
/// Where gateways and silos tell each other how they are; one for the cluster, key 0. It keeps nothing: after a move it knows all
/// again as soon as each gateway has told.
/// </summary>
[GrainInterfaceType("jobs.operations"), Alias("jobs.IOperationsGrain")]
public interface IOperationsGrain : IGrainWithIntegerKey
{
    /// <summary>A gateway tells how it is, and learns how the silos are. Storage is asked in the background: this answers at once.</summary>
    [Alias("Heartbeat")]
    Task<SiloHealth> Heartbeat(GatewayReport report);

    /// <summary>The gateways that have told of themselves within the last ten seconds.</summary>
    [Alias("ReadGateways")]
    Task<IReadOnlyList<GatewayReport>> ReadGateways();

    /// <summary>Dead-letters the record that a partition of a stream stands still on.</summary>
    /// <param name="stream">The stream provider's name.</param>
    /// <param name="partition">Of its topic.</param>
    /// <param name="offset">The lowest that is not finished.</param>
    /// <param name="person">The administrator who asks for it.</param>
    /// <returns>False when no silo stands on that record now.</returns>
    [AlwaysInterleave, Alias("DeadLetterOldest")]
    Task<bool> DeadLetterOldest(string stream, int partition, long offset, string person);
}
