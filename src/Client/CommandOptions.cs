namespace JobRequests.Client;

/// <summary>How one command is sent.</summary>
public sealed record CommandOptions
{
    /// <summary>The idempotency key; one is made when null.</summary>
    public string? Key { get; init; }

    /// <summary>
    /// How long the call may take, over as many attempts and polls as fit; <see cref="TimeSpan.Zero"/> hands the command over and returns.
    /// Null: <see cref="JobRequestsClientOptions.Wait"/>.
    /// </summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Execute only if the job is still at this version; else <c>Lost("VERSION_MISMATCH")</c>.</summary>
    public long? IfMatch { get; init; }

    /// <summary>The service never executes the command after this instant. Null: arrival + wait + 30 s.</summary>
    public DateTimeOffset? ExecuteBefore { get; init; }

    /// <summary>Told after each attempt that did not bring the outcome.</summary>
    public IProgress<CommandProgress>? Progress { get; init; }
}
