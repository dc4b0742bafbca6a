namespace JobRequests.Client;

/// <summary>
/// Where requests without an outcome are kept. A request is saved before it is sent for the first time, so that no crash loses its key,
/// and forgotten once a SUCCESS or FAIL has come, or a refusal while it was certain that nothing had been enqueued.
/// One entry for each key, server, caller, operation, job and payload.
/// </summary>
public interface IPendingRequestStore
{
    /// <summary>Adds or replaces the entry; durable against a crash of the process when it returns.</summary>
    Task SaveAsync(PendingRequest request, CancellationToken cancellationToken = default);

    /// <summary>The entry of the same request, with what was learnt about it since; null when there is none.</summary>
    Task<PendingRequest?> FindAsync(PendingRequest request, CancellationToken cancellationToken = default);

    /// <summary>Removes the entry; nothing happens when there is none.</summary>
    Task ForgetAsync(PendingRequest request, CancellationToken cancellationToken = default);

    /// <summary>All entries, oldest first.</summary>
    Task<IReadOnlyList<PendingRequest>> ListAsync(CancellationToken cancellationToken = default);
}
