namespace JobRequests.Gateway.Idempotency;

/// <summary>
/// What gateways remember of requests: who has one in flight, and what was decided. A cache in front of the ledger that each job
/// holds: losing it, or any failure of it, changes latency and never an outcome.
/// Nothing here throws: an implementation that cannot reach its store knows nothing.
/// </summary>
internal interface IIdempotencyCache
{
    /// <summary>
    /// Takes the request on for <paramref name="owner"/>, unless it is in flight or decided. A claim ends by <see cref="ReleaseAsync"/>,
    /// <see cref="DecideAsync"/> or after <paramref name="lease"/>.
    /// </summary>
    ValueTask<CachedRequest> ClaimAsync(RequestName name, string fingerprint, string owner, TimeSpan lease);

    /// <summary>Keeps an outcome that the job's own ledger holds.</summary>
    ValueTask DecideAsync(RequestName name, string fingerprint, JobRequestReply reply);

    /// <summary>Gives the claim back if it is still <paramref name="owner"/>'s.</summary>
    ValueTask ReleaseAsync(RequestName name, string owner);

    /// <summary>What is known, without claiming.</summary>
    ValueTask<CachedRequest> FindAsync(RequestName name);

    /// <summary>
    /// Waits until another attempt of the request, in this process or another one, was told its outcome. It may be missed: who needs
    /// an answer asks the job as well.
    /// </summary>
    /// <returns>The outcome, or <see cref="CachedRequest.None"/> when <paramref name="wait"/> is over or <paramref name="stop"/> was asked for.</returns>
    ValueTask<CachedRequest> WaitForDecisionAsync(RequestName name, TimeSpan wait, CancellationToken stop);

    /// <summary>The request that the caller sent last with this key, if any is known.</summary>
    ValueTask<RequestName?> FindLatestAsync(string caller, string key);
}

/// <summary>What the ledger knows of a request.</summary>
internal abstract record CachedRequest
{
    private CachedRequest()
    {
    }

    /// <summary>Nothing; after a claim: it is the claimer's now.</summary>
    public sealed record None : CachedRequest
    {
        public static readonly None Instance = new();
    }

    public sealed record InFlight(string Fingerprint) : CachedRequest;

    public sealed record Decided(string Fingerprint, JobRequestReply Reply) : CachedRequest;
}
