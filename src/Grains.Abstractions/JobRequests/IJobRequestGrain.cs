using JobRequests.Domain;
using Orleans.Concurrency;

namespace JobRequests.Grains.Abstractions;

/// <summary>
/// Names a request to ask about. A null <paramref name="Fingerprint"/> matches any payload of the key.
/// </summary>
/// <param name="Caller">Whose request it is; another caller's key tells nothing.</param>
/// <param name="Operation">One of <see cref="Operations"/>.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="Fingerprint">The payload's fingerprint, or null.</param>
/// <param name="ReceivedAt">The asking attempt's <see cref="CommandEnvelope.ReceivedAt"/>: an outcome decided for another attempt is a replay. Null: always a
/// replay.</param>
/// <param name="NotAfter">
/// Null, or the command's <see cref="CommandEnvelope.NotAfter"/>: asked when that and the clock tolerance have passed, the grain
/// records FAIL <c>DEADLINE_PASSED</c> under a key that it does not hold, so that a late delivery is refused.
/// </param>
[GenerateSerializer, Immutable, Alias("jobs.outcome-query")]
public sealed record OutcomeQuery(
    [property: Id(0)] Caller Caller,
    [property: Id(1)] string Operation,
    [property: Id(2)] string Key,
    [property: Id(3)] string? Fingerprint,
    [property: Id(4)] DateTimeOffset? ReceivedAt,
    [property: Id(5)] DateTimeOffset? NotAfter);

/// <summary>
/// One job request; the key is its id (UUID, lower case). Commands reach it on the stream <see cref="StreamNames.Requests"/>, one
/// batch at a time. Its methods may be called at any time from anywhere; a storage fault reaches the caller as an exception.
/// </summary>
[GrainInterfaceType("jobs.jobrequest"), Alias("jobs.IJobRequestGrain")]
public interface IJobRequestGrain : IGrainWithStringKey
{
    /// <summary>
    /// Returns as soon as the request's outcome is known, at the latest after <paramref name="wait"/>, then
    /// <see cref="JobRequestReply.Pending"/>. Interleaves with everything, so a busy job still answers.
    /// </summary>
    [AlwaysInterleave, Alias("GetOutcome")]
    Task<JobRequestReply> GetOutcome(OutcomeQuery query, TimeSpan wait);

    /// <summary>What the command would lead to now. Stores nothing, ignores the key.</summary>
    [AlwaysInterleave, Alias("Preview")]
    Task<JobRequestReply> Preview(CommandEnvelope command);

    /// <summary>The job as it is in storage now, or null when there is none or the caller may not know of it.</summary>
    [AlwaysInterleave, Alias("Read")]
    Task<JobSnapshot?> Read(Caller caller);

    /// <summary>The job's events, or null when there is no job or the caller may not know of it.</summary>
    [AlwaysInterleave, Alias("ReadHistory")]
    Task<JobHistory?> ReadHistory(Caller caller);

    /// <summary>
    /// Why <paramref name="caller"/>'s own request has its outcome. Null when there is no job or the caller may not know of it; another
    /// caller's key tells nothing.
    /// </summary>
    [AlwaysInterleave, Alias("Explain")]
    Task<RequestExplanation?> Explain(Caller caller, string operation, string key);

    /// <summary>The job's ledger, for its requester and administrators. Null when there is no job or the caller may not know of it.</summary>
    [AlwaysInterleave, Alias("ReadTimeline")]
    Task<JobTimeline?> ReadTimeline(Caller caller);

    /// <summary>Publishes what the outbox still holds. Returns when it is empty.</summary>
    [AlwaysInterleave, Alias("PublishOutbox")]
    Task PublishOutbox();

    /// <summary>Records what time alone has done, such as the expiry, if a moment for it has come. Harmless otherwise.</summary>
    /// <remarks>The alias is what silos of the version before call.</remarks>
    [AlwaysInterleave, Alias("ExpireIfDue")]
    Task Advance();
}
