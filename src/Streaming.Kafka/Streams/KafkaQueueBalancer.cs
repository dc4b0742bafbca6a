using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>
/// Spreads the partitions over the active silos: no silo has two more than another, and few move when a silo comes or goes. Every silo
/// works it out by itself from the membership.
/// </summary>
internal sealed partial class KafkaQueueBalancer : QueueBalancerBase
{
    private QueueId[] _all = [];
    private volatile QueueId[] _mine = [];

    private KafkaQueueBalancer(IServiceProvider services, ILogger logger)
        : base(services, logger)
    {
    }

    public static IStreamQueueBalancer Create(IServiceProvider services, string name) =>
        new KafkaQueueBalancer(services, services.GetRequiredService<ILoggerFactory>().CreateLogger($"{KafkaTelemetry.Name}.{name}"));

    public override Task Initialize(IStreamQueueMapper queueMapper)
    {
        _all = [.. queueMapper.GetAllQueues()];
        return base.Initialize(queueMapper);
    }

    public override IEnumerable<QueueId> GetMyQueues() => _mine;

    protected override void OnClusterMembershipChange(HashSet<SiloAddress> activeSilos)
    {
        var assignment = Assign(_all, activeSilos);
        _mine = assignment.TryGetValue(SiloAddress, out var mine) ? [.. mine] : [];
        LogAssigned(Logger, _mine.Length, _all.Length, activeSilos.Count);
        NotifyListeners().Ignore();
    }

    /// <summary>
    /// Rendezvous hashing with a bound: of the silos that still have room, a queue goes to the one with the highest hash of both.
    /// </summary>
    internal static Dictionary<SiloAddress, List<QueueId>> Assign(IReadOnlyCollection<QueueId> queues, IReadOnlyCollection<SiloAddress> silos)
    {
        var assignment = silos.ToDictionary(silo => silo, _ => new List<QueueId>());
        if (silos.Count == 0) return assignment;
        var (share, larger) = Math.DivRem(queues.Count, silos.Count);
        foreach (var queue in queues.OrderBy(queue => queue.GetNumericId()))
        {
            var chosen = silos
                .Where(silo => assignment[silo].Count < share || (assignment[silo].Count == share && larger > 0))
                .MaxBy(silo => Hash($"{silo.ToParsableString()} {queue.GetNumericId()}"))!;
            if (assignment[chosen].Count == share) larger--;
            assignment[chosen].Add(queue);
        }

        return assignment;
    }

    // FNV-1a and a finalizer: the same in every process, which string hashes are not.
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes(text)) hash = (hash ^ value) * 1099511628211UL;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This silo reads {Count} of {Total} partitions; {Silos} silos are active.")]
    private static partial void LogAssigned(ILogger logger, int count, int total, int silos);
}
