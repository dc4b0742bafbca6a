using System.Diagnostics.CodeAnalysis;
using JobRequests.Gateway.Administration;
using JobRequests.Gateway.Hosting;
using JobRequests.Gateway.Problems;
using JobRequests.Gateway.Requests;
using JobRequests.Gateway.Telemetry;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Limits;

/// <summary>Counts what is in flight in this process and refuses what would go beyond a limit.</summary>
internal abstract class InFlightLimit
{
    private int inFlight;

    public int InFlight => Volatile.Read(ref inFlight);

    public void Leave() => Interlocked.Decrement(ref inFlight);

    protected bool TryEnter(int limit)
    {
        if (Interlocked.Increment(ref inFlight) <= limit) return true;
        Leave();
        return false;
    }
}

/// <summary>
/// Admits commands, or refuses them before anything is handed over. Creates are refused first: work that has begun is finished
/// before new work is taken on. Everything it decides by is in memory.
/// </summary>
internal sealed class Admission(
    IOptions<GatewayOptions> gateway, IOptions<AdmissionOptions> options, IClusterConnection connection, BacklogMonitor backlog, StorageWatch storage,
    CommandStatistics statistics, TimeProvider time) : InFlightLimit
{
    private readonly AdmissionOptions options = options.Value;
    private readonly int limit = gateway.Value.MaxInFlight;
    private readonly int createLimit = Math.Max(1, gateway.Value.MaxInFlight - (gateway.Value.MaxInFlight / 4));

    /// <summary>Whoever is admitted leaves with <see cref="InFlightLimit.Leave"/>.</summary>
    /// <param name="request">The command.</param>
    /// <param name="isHandedOver">False for what goes to the job alone, or waits for somebody else's hand-over.</param>
    /// <returns>Null if it is admitted, else how it is refused.</returns>
    public Refusal? Enter(CommandRequest request, bool isHandedOver)
    {
        var isCreate = request.Envelope.Command is JobCommand.Create;
        if (!connection.IsUp) return Unavailable(RefusalReason.NoSilo);
        var forecast = backlog.Predict(request.Envelope.JobRequestId);
        if (isHandedOver)
        {
            if (!backlog.IsReachable) return Unavailable(RefusalReason.LogUnreachable);
            if (!storage.IsUp) return Unavailable(RefusalReason.StorageUnreachable);
            if (forecast.IsStalled) return Unavailable(RefusalReason.NoConsumer);
            var acceptable = Deadline(request) * (isCreate ? options.CreateWaitShare : options.WaitShare);
            if (forecast.Wait > acceptable) return Overloaded(RefusalReason.PredictedWait, forecast.Wait, forecast.Wait - acceptable);
        }

        if (!TryEnter(isCreate ? createLimit : limit)) return Overloaded(RefusalReason.InFlight, forecast.Wait, TimeSpan.Zero);
        if (isHandedOver) backlog.Sent(request.Envelope.JobRequestId);
        return null;
    }

    /// <summary>The hand-over refused by itself: its queue is full, or there is nobody to hand it to.</summary>
    public Refusal NotEnqueued(Exception? reason) =>
        reason is ClusterUnavailableException ? Unavailable(RefusalReason.NoSilo) : Overloaded(RefusalReason.ProducerQueue, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>The job could not be asked.</summary>
    public Refusal NotAnswered() => Unavailable(RefusalReason.NoAnswer);

    // Who does not wait at all has until the command must not be executed any more.
    private TimeSpan Deadline(CommandRequest request)
    {
        var left = request.Envelope.NotAfter - time.GetUtcNow();
        var wait = request.Preferences.Wait;
        return wait > TimeSpan.Zero && wait < left ? wait : left;
    }

    private Refusal Unavailable(string reason)
    {
        statistics.Refused(reason);
        return new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered());
    }

    // Not before the backlog has shrunk to what would be acceptable, should nothing be added to it.
    private Refusal Overloaded(string reason, TimeSpan predicted, TimeSpan notBefore)
    {
        statistics.Refused(reason);
        return new Refusal(ProblemTypes.Overloaded, RetryAfter: notBefore + RetryLater.Jittered(), EstimatedDecisionIn: predicted);
    }
}

/// <summary>Why commands were refused before they were handed over; values of the tag <c>reason</c>.</summary>
internal static class RefusalReason
{
    public const string InFlight = "in-flight";
    public const string PredictedWait = "predicted-wait";
    public const string ProducerQueue = "producer-queue";
    public const string NoConsumer = "no-consumer";
    public const string NoSilo = "no-silo";
    public const string LogUnreachable = "log-unreachable";
    public const string StorageUnreachable = "storage-unreachable";
    public const string NoAnswer = "no-answer";
}

/// <summary>Admits status requests that wait.</summary>
internal sealed class WatchLimit(IOptions<GatewayOptions> options) : InFlightLimit
{
    private readonly int limit = options.Value.MaxWatching;

    public bool TryEnter() => TryEnter(limit);
}

/// <summary>When to try again after a refusal.</summary>
internal static class RetryLater
{
    private const int LeastMs = 500;
    private const int MostMs = 3_000;

    /// <summary>Spread out, so that those who were refused together do not come back together.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads retries; nothing depends on its being unguessable.")]
    public static TimeSpan Jittered() => TimeSpan.FromMilliseconds(Random.Shared.Next(LeastMs, MostMs));
}
