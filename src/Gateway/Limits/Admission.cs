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
        var forecast = backlog.Predict(request.Envelope.JobRequestId);
        if ((isHandedOver ? Objection(request, forecast) : Disconnected()) is { } objection) return Refuse(objection);
        if (!TryEnter(IsCreate(request) ? createLimit : limit)) return Refuse(new Objection(RefusalReason.InFlight, forecast.Wait));
        if (isHandedOver) backlog.Sent(request.Envelope.JobRequestId);
        return null;
    }

    /// <summary>What would speak against handing a command over; null where nothing does.</summary>
    public Objection? Foresee(CommandRequest request) => Objection(request, backlog.Predict(request.Envelope.JobRequestId));

    /// <summary>Counts a refusal and says it.</summary>
    public Refusal Refuse(Objection objection)
    {
        statistics.Refused(objection.Reason);
        return objection.Wait is { } predicted
            ? new Refusal(ProblemTypes.Overloaded, RetryAfter: objection.NotBefore + RetryLater.Jittered(), EstimatedDecisionIn: predicted)
            : new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered());
    }

    /// <summary>The hand-over refused by itself: its queue is full, or there is nobody to hand it to.</summary>
    public Refusal NotEnqueued(Exception? reason) =>
        Refuse(reason is ClusterUnavailableException ? new Objection(RefusalReason.NoSilo) : new Objection(RefusalReason.ProducerQueue, TimeSpan.Zero));

    /// <summary>The job could not be asked.</summary>
    public Refusal NotAnswered() => Refuse(new Objection(RefusalReason.NoAnswer));

    private Objection? Disconnected() => connection.IsUp ? null : new Objection(RefusalReason.NoSilo);

    private Objection? Objection(CommandRequest request, Forecast forecast)
    {
        if (Disconnected() is { } disconnected) return disconnected;
        if (!backlog.IsReachable) return new Objection(RefusalReason.LogUnreachable);
        if (!storage.IsUp) return new Objection(RefusalReason.StorageUnreachable);
        if (forecast.IsStalled) return new Objection(RefusalReason.NoConsumer);
        var acceptable = Deadline(request) * (IsCreate(request) ? options.CreateWaitShare : options.WaitShare);
        return forecast.Wait > acceptable ? new Objection(RefusalReason.PredictedWait, forecast.Wait, forecast.Wait - acceptable) : null;
    }

    // Who does not wait at all has until the command must not be executed any more.
    private TimeSpan Deadline(CommandRequest request)
    {
        var left = request.Envelope.NotAfter - time.GetUtcNow();
        var wait = request.Preferences.Wait;
        return wait > TimeSpan.Zero && wait < left ? wait : left;
    }

    private static bool IsCreate(CommandRequest request) => request.Envelope.Command is JobCommand.Create;
}

/// <summary>What speaks against a command.</summary>
/// <param name="Reason">One of <see cref="RefusalReason"/>.</param>
/// <param name="Wait">How long it would wait, where there is too much to do; null where something is missing.</param>
/// <param name="NotBefore">When the backlog will have shrunk to what is acceptable, should nothing be added to it.</param>
internal readonly record struct Objection(string Reason, TimeSpan? Wait = null, TimeSpan NotBefore = default);

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
