using System.Diagnostics.CodeAnalysis;
using JobRequests.Clocks;

namespace JobRequests.Gateway.Limits;

/// <summary>
/// Admits commands, or refuses them before anything is published. Creates are refused first: work that has begun is finished
/// before new work is taken on. Everything it decides by is in memory. No caller can take everybody's share: a command is refused earlier the
/// more of what waits is its caller's own.
/// </summary>
internal sealed class Admission(
    IOptions<GatewayOptions> gateway, IOptions<AdmissionOptions> options, IClusterConnection connection, BacklogMonitor backlog, StorageWatch storage,
    CommandStatistics statistics, TimeProvider time, ClockWatch? clocks = null) : InFlightLimit
{
    private readonly AdmissionOptions _options = options.Value;
    private readonly int _limit = gateway.Value.MaxInFlight;
    private readonly int _createLimit = Math.Max(1, gateway.Value.MaxInFlight - (gateway.Value.MaxInFlight / 4));
    private readonly RecentCommands _recent = new(time);

    /// <summary>Takes a place, which <see cref="InFlightLimit.Leave"/> gives back.</summary>
    /// <returns>Null where one was taken, else what speaks against the command whether or not it is published.</returns>
    public RejectionReason? Enter(CommandRequest request)
    {
        if (Disconnected() is { } disconnected) return disconnected;
        var place = TryEnter(request.Envelope.Caller.Person, IsCreate(request) ? _createLimit : _limit);
        if (place == Place.Free) return null;
        return new RejectionReason(
            place == Place.BeyondShare ? RefusalReason.CallerShare : RefusalReason.InFlight, backlog.Predict(request.Envelope.JobRequestId).Wait);
    }

    /// <summary>Counts a publication: forecasts and callers' shares go by it.</summary>
    public void Published(CommandRequest request)
    {
        backlog.Sent(request.Envelope.JobRequestId);
        _recent.Count(request.Envelope.Caller.Person);
    }

    /// <summary>What would speak against publishing a command; null where nothing does.</summary>
    public RejectionReason? Predict(CommandRequest request)
    {
        if (Disconnected() is { } disconnected) return disconnected;
        if (clocks is { IsBeyondLimit: true }) return new RejectionReason(RefusalReason.Clock);
        if (!backlog.IsReachable) return new RejectionReason(RefusalReason.LogUnreachable);
        if (!storage.IsUp) return new RejectionReason(RefusalReason.StorageUnreachable);
        var forecast = backlog.Predict(request.Envelope.JobRequestId);
        if (forecast.IsStalled) return new RejectionReason(RefusalReason.NoConsumer);
        var acceptable = Deadline(request) * (IsCreate(request) ? _options.CreateWaitShare : _options.WaitShare);
        if (forecast.Wait > acceptable) return new RejectionReason(RefusalReason.PredictedWait, forecast.Wait, forecast.Wait - acceptable);
        if (forecast.Wait == TimeSpan.Zero) return null;

        // The caller's own part of the wait counts twice: as with places, it leaves free for the others what it takes itself.
        var fair = acceptable / (1 + _recent.ShareOf(request.Envelope.Caller.Person, forecast.Lag));
        return forecast.Wait > fair ? new RejectionReason(RefusalReason.CallerShare, forecast.Wait, forecast.Wait - fair) : null;
    }

    /// <summary>Counts a refusal and says it.</summary>
    public Refusal Refuse(RejectionReason reason)
    {
        statistics.Refused(reason.Reason);
        if (reason.Wait is not { } predicted) return new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered());
        var retryAfter = reason.NotBefore + RetryLater.Jittered();
        return reason.Reason == RefusalReason.CallerShare
            ? new Refusal(ProblemTypes.QuotaExceeded, RetryAfter: retryAfter)
            : new Refusal(ProblemTypes.Overloaded, RetryAfter: retryAfter, EstimatedDecisionIn: predicted);
    }

    /// <summary>The publication refused by itself: its queue is full, or no silo is there.</summary>
    public Refusal NotEnqueued(Exception? reason) =>
        Refuse(reason is ClusterUnavailableException ? new RejectionReason(RefusalReason.NoSilo)
            : new RejectionReason(RefusalReason.ProducerQueue, TimeSpan.Zero));

    /// <summary>The job could not be asked.</summary>
    public Refusal NotAnswered() => Refuse(new RejectionReason(RefusalReason.NoAnswer));

    private RejectionReason? Disconnected() => connection.IsUp ? null : new RejectionReason(RefusalReason.NoSilo);

    // Who does not wait at all has until the command must not be executed any more.
    private TimeSpan Deadline(CommandRequest request)
    {
        var left = request.Envelope.NotAfter - time.GetUtcNow();
        var wait = request.Preferences.Wait;
        return wait > TimeSpan.Zero && wait < left ? wait : left;
    }

    private static bool IsCreate(CommandRequest request) => request.Envelope.Command is JobRequestCommand.Create;
}

/// <summary>What speaks against a command.</summary>
/// <param name="Reason">One of <see cref="RefusalReason"/>.</param>
/// <param name="Wait">How long it would wait, where there is too much to do; null where something is missing.</param>
/// <param name="NotBefore">When the backlog will have shrunk to what is acceptable, should nothing be added to it.</param>
internal readonly record struct RejectionReason(string Reason, TimeSpan? Wait = null, TimeSpan NotBefore = default);

/// <summary>Why commands were refused before they were published; values of the tag <c>reason</c>.</summary>
internal static class RefusalReason
{
    public const string InFlight = "in-flight";
    public const string CallerShare = "caller-share";
    public const string PredictedWait = "predicted-wait";
    public const string ProducerQueue = "producer-queue";
    public const string NoConsumer = "no-consumer";
    public const string NoSilo = "no-silo";
    public const string LogUnreachable = "log-unreachable";
    public const string StorageUnreachable = "storage-unreachable";
    public const string NoAnswer = "no-answer";
    public const string Clock = "clock";
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
