using Microsoft.Extensions.Options;

namespace JobRequests.Streaming.InProcess;

/// <summary>When the task of <c>OnNextAsync</c> completes.</summary>
public enum AcknowledgeWhen
{
    /// <summary>As soon as the event is queued. It is lost when the process ends.</summary>
    Enqueued,

    /// <summary>When the consumer's handler has returned. A handler that failed, or was never reached, fails the task.</summary>
    Delivered,
}

/// <summary>Settings of one in-process stream provider.</summary>
public sealed class InProcessStreamOptions
{
    public const int DefaultQueueCount = 16;
    public const int DefaultCapacity = 100_000;

    /// <summary>
    /// Queues the streams are spread over; each is pulled by an agent of its own. An agent looks through all its streams at each read, so
    /// more queues make each read cheaper.
    /// </summary>
    public int QueueCount { get; set; } = DefaultQueueCount;

    /// <summary>Events that one queue holds before <c>OnNextAsync</c> refuses with <see cref="StreamQueueFullException"/>.</summary>
    public int Capacity { get; set; } = DefaultCapacity;

    /// <summary>When <c>OnNextAsync</c> completes.</summary>
    public AcknowledgeWhen AcknowledgeWhen { get; set; } = AcknowledgeWhen.Enqueued;

    /// <summary>How long an event may wait for a consumer before it is abandoned and its producer told so.</summary>
    public TimeSpan UndeliverableAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a delivery whose handler fails is retried before it is abandoned and its producer told so.</summary>
    public TimeSpan MaxDeliveryTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long the agent keeps the bookkeeping of a stream on which nothing happens; it looks through all of it at each read. A delivery
    /// that takes longer is made again.
    /// </summary>
    public TimeSpan StreamInactivityPeriod { get; set; } = TimeSpan.FromSeconds(5);
}

internal sealed class InProcessStreamOptionsValidator(string name) : IValidateOptions<InProcessStreamOptions>
{
    public ValidateOptionsResult Validate(string? name1, InProcessStreamOptions options)
    {
        if (name1 != name) return ValidateOptionsResult.Skip;

        var rules = new SettingRules($"Orleans:Streaming:{name}");
        rules.Between(options.QueueCount, 1, 1024);
        rules.AtLeast(options.Capacity, 1);
        rules.Positive(options.UndeliverableAfter);
        rules.Positive(options.MaxDeliveryTime);
        rules.Positive(options.StreamInactivityPeriod);
        return rules.Result;
    }
}
