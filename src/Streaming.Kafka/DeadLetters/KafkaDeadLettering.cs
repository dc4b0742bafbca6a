using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Services;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka;

/// <summary>
/// By which a consumer gives a record up that it cannot handle, instead of failing until <see cref="KafkaStreamOptions.MaxDeliveryTime"/> is
/// over: a keyed singleton under the provider's name.
/// </summary>
public sealed class KafkaDeadLettering
{
    private readonly string _provider;
    private readonly DeadLetterClient _client;
    private readonly ISiloStatusOracle _silos;

    internal KafkaDeadLettering(string provider, IServiceProvider services)
    {
        _provider = provider;
        _client = new DeadLetterClient(services);
        _silos = services.GetRequiredService<ISiloStatusOracle>();
    }

    /// <summary>
    /// Has a record dead-lettered, and those after it that came in the same delivery. From then on the handler may return: the records are committed
    /// when their copies are acknowledged. Where the provider blocks its streams, this one is.
    /// </summary>
    /// <param name="stream">The handler's stream.</param>
    /// <param name="from">The token of the first record that is abandoned, as it was delivered.</param>
    /// <param name="reason">Why: a short, stable word.</param>
    /// <param name="error">What went wrong, in detail; no secrets.</param>
    /// <param name="attempts">How often it was tried.</param>
    /// <returns>
    /// False when the silo that reads the partition is not delivering this record any more: the handler must fail, and will see it again.
    /// </returns>
    /// <exception cref="Exception">That silo was not reached: the handler must fail likewise.</exception>
    public Task<bool> DeadLetterAsync(StreamId stream, StreamSequenceToken from, string reason, string? error, int attempts) =>
        from is KafkaSequenceToken { Reader: { } reader } token
            ? _client.At(reader).DeadLetter(_provider, token.Partition, stream, token.SequenceNumber, reason, error, attempts)
            : throw new ArgumentException("The token must be one that this provider has delivered.", nameof(from));

    /// <summary>
    /// Has the record dead-lettered that a partition stands still on, for an operator who has seen in the health check which it is. Its stream is
    /// blocked where the provider blocks its streams.
    /// </summary>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">The lowest offset that is not finished; another one is not dead-lettered.</param>
    /// <param name="reason">Why: a short, stable word.</param>
    /// <param name="error">More about it; no secrets.</param>
    /// <returns>False when no silo stands on that record now.</returns>
    public async Task<bool> DeadLetterOldestAsync(int partition, long offset, string reason, string? error)
    {
        var asked = _silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(silo => _client.At(silo)
            .DeadLetterOldest(_provider, partition, offset, reason, error)).ToList();
        // One silo that does not answer does not hide that another one has dead-lettered it.
        await ((Task)Task.WhenAll(asked)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return asked.Exists(static answer => answer is { IsCompletedSuccessfully: true, Result: true }) || (await Task.WhenAll(asked)).Contains(true);
    }

    private sealed class DeadLetterClient(IServiceProvider services) : GrainServiceClient<IKafkaDeadLetterService>(services)
    {
        public IKafkaDeadLetterService At(SiloAddress silo) => GetGrainService(silo);
    }
}
