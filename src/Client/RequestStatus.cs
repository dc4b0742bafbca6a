namespace JobRequests.Client;

/// <summary>What the service knows about a key.</summary>
public abstract record RequestStatus
{
    private RequestStatus()
    {
    }

    /// <summary>The HTTP answer as it came.</summary>
    public required RawAnswer Answer { get; init; }

    /// <summary>Nothing: the command is safe to send with the same key.</summary>
    /// <param name="NeverHappened">True when it is certain that no earlier attempt was or will be executed.</param>
    public sealed record Unknown(bool NeverHappened) : RequestStatus;

    /// <summary>It was taken up and has no outcome yet.</summary>
    public sealed record Pending : RequestStatus;

    /// <summary>It has its outcome: <see cref="CommandResult.Succeeded"/> or <see cref="CommandResult.Rejected"/>.</summary>
    public sealed record Decided(CommandResult Result) : RequestStatus;
}
