namespace JobRequests.Streaming.Kafka;

/// <summary>
/// Says whether the consumers of a stream provider can work at all: register it as a keyed singleton under the provider's name. While it
/// is closed nothing is taken from the log, and a delivery that fails is repeated and not blamed on its records: there are no dead letters.
/// </summary>
public interface IKafkaConsumptionGate
{
    /// <summary>How long it has been open without a break; zero while it is closed. Asked at each read: it must not block.</summary>
    TimeSpan OpenFor { get; }
}
