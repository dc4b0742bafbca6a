namespace JobRequests.Client;

/// <summary>A command whose outcome is not known yet: all that another process needs to ask for it, or to send it again with the same key.</summary>
public sealed record PendingRequest
{
    public required string Key { get; init; }

    /// <summary>One of <see cref="Client.Operation"/>.</summary>
    public required string Operation { get; init; }

    public string? Job { get; init; }
    public string? TaskId { get; init; }

    /// <summary>The JSON body.</summary>
    public required string Payload { get; init; }

    public long? IfMatch { get; init; }
    public DateTimeOffset? ExecuteBefore { get; init; }

    /// <summary>The service it was sent to.</summary>
    public string? Server { get; init; }

    /// <summary><see cref="JobRequestsClientOptions.Caller"/>: a key belongs to the person who used it.</summary>
    public string? Caller { get; init; }

    /// <summary>The status route of this request, with its <c>notAfter</c>, once the service has named it.</summary>
    public string? Instance { get; init; }

    /// <summary>From when on the service can tell the outcome for certain, once it has said so.</summary>
    public DateTimeOffset? OutcomeKnownAt { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>What makes an entry: the same key for another payload is another request, which the service refuses.</summary>
    internal bool IsSameAs(PendingRequest other) => Scope == other.Scope;

    internal (string, string, string?, string?, string, long?, string?, string?) Scope => (Key, Operation, Job, TaskId, Payload, IfMatch, Server, Caller);
}
