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

/// <summary>An attempt without an outcome.</summary>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Code">What was heard, such as <c>OVERLOADED</c> or <c>CONNECTION_LOST</c>.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="NextIn">The pause until the next attempt.</param>
public sealed record CommandProgress(int Attempt, string Code, string Message, TimeSpan NextIn);
