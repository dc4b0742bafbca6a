using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Services;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka;

/// <summary>
/// By which a consumer gives a record up that it cannot handle, instead of failing until <see cref="KafkaStreamOptions.MaxDeliveryTime"/> is
/// over: a keyed singleton under the provider's name.
/// </summary>
public sealed class KafkaParking
{
    private readonly string _provider;
    private readonly ParkingClient _client;
    private readonly ISiloStatusOracle _silos;

    internal KafkaParking(string provider, IServiceProvider services)
    {
        _provider = provider;
        _client = new ParkingClient(services);
        _silos = services.GetRequiredService<ISiloStatusOracle>();
    }

    /// <summary>
    /// Has a record parked, and those after it that came in the same delivery. From then on the handler may return: the records are committed
    /// when their copies are acknowledged. Where the provider fences its streams, this one is.
    /// </summary>
    /// <param name="stream">The handler's stream.</param>
    /// <param name="from">The token of the first record that is given up, as it was delivered.</param>
    /// <param name="reason">Why: a short, stable word.</param>
    /// <param name="error">What went wrong, in detail; no secrets.</param>
    /// <param name="attempts">How often it was tried.</param>
    /// <returns>
    /// False when the silo that reads the partition is not delivering this record any more: the handler must fail, and will see it again.
    /// </returns>
    /// <exception cref="Exception">That silo was not reached: the handler must fail likewise.</exception>
    public Task<bool> ParkAsync(StreamId stream, StreamSequenceToken from, string reason, string? error, int attempts) =>
        from is KafkaSequenceToken { Reader: { } reader } token
            ? _client.At(reader).Park(_provider, token.Partition, stream, token.SequenceNumber, reason, error, attempts)
            : throw new ArgumentException("The token must be one that this provider has delivered.", nameof(from));

    /// <summary>
    /// Has the record parked that a partition stands still on, for an operator who has seen in the health check which it is. Its stream is
    /// fenced where the provider fences its streams.
    /// </summary>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">The lowest offset that is not finished; another one is not parked.</param>
    /// <param name="reason">Why: a short, stable word.</param>
    /// <param name="error">More about it; no secrets.</param>
    /// <returns>False when no silo stands on that record now.</returns>
    public async Task<bool> ParkOldestAsync(int partition, long offset, string reason, string? error)
    {
        var asked = _silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(silo => _client.At(silo).ParkOldest(_provider, partition, offset, reason, error)).ToList();
        // One silo that does not answer does not hide that another one has parked it.
        await ((Task)Task.WhenAll(asked)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return asked.Exists(static answer => answer is { IsCompletedSuccessfully: true, Result: true }) || (await Task.WhenAll(asked)).Contains(true);
    }

    private sealed class ParkingClient(IServiceProvider services) : GrainServiceClient<IKafkaParkingService>(services)
    {
        public IKafkaParkingService At(SiloAddress silo) => GetGrainService(silo);
    }
}
