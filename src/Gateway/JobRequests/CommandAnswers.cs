using System.Text.Json.Serialization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>A command that succeeded.</summary>
/// <param name="Outcome">SUCCESS.</param>
/// <param name="JobRequestId">The job.</param>
/// <param name="Version">The job's version after the command.</param>
/// <param name="RequestKey">The idempotency key.</param>
/// <param name="Replayed">Whether an earlier attempt with this key was executed and this is its answer.</param>
/// <param name="Standby">Of an accept that has no job, but a place in the line.</param>
/// <param name="Job">The job at that version; left out where its events were compacted.</param>
internal sealed record SuccessBody(
    string Outcome,
    string JobRequestId,
    int Version,
    string RequestKey,
    bool Replayed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] StandbyBody? Standby,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JobBody? Job)
{
    public static SuccessBody Of(string jobRequestId, string key, JobRequestReply.Succeeded reply) => new(
        Outcomes.Success, jobRequestId, reply.Version, key, reply.Replayed, StandbyBody.From(reply.Rank),
        reply.Job is { } job ? JobBody.From(job) : null);
}

/// <param name="Rank">The place in the line, from 1.</param>
internal sealed record StandbyBody(int Rank)
{
    public static StandbyBody? From(int? rank) => rank is { } place ? new StandbyBody(place) : null;
}

/// <summary>What became of one line of a call that creates many jobs.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Status">What its status would be in a call of its own.</param>
/// <param name="Result">The answer to a create that succeeded, without its job.</param>
/// <param name="Problem">The answer to any other.</param>
internal sealed record BulkLineBody(
    int Line,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SuccessBody? Result,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ProblemBody? Problem)
{
    public static BulkLineBody Of(int line, SuccessBody result) => new(line, StatusCodes.Status201Created, result with { Job = null }, null);

    public static BulkLineBody Of(int line, ProblemBody problem) => new(line, problem.Status, null, problem);
}

/// <summary>What a command would lead to now. Nothing is stored.</summary>
/// <param name="Outcome">DRY_RUN.</param>
/// <param name="DryRun">true.</param>
/// <param name="Would">What would happen.</param>
internal sealed record DryRunBody(string Outcome, bool DryRun, WouldBody Would)
{
    public static DryRunBody Of(string outcome, string? code, int version, int? rank = null) =>
        new(Outcomes.DryRun, DryRun: true, new WouldBody(outcome, code, version, StandbyBody.From(rank)));
}

/// <param name="Outcome">SUCCESS or FAIL.</param>
/// <param name="Code">Why it would fail; null where it would not.</param>
/// <param name="Version">The version the job would have, or would refuse at.</param>
/// <param name="Standby">Of an accept that would have no job, but a place in the line.</param>
internal sealed record WouldBody(
    string Outcome, string? Code, int Version, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] StandbyBody? Standby);

/// <summary>What is known of a request.</summary>
/// <param name="State">PENDING or DECIDED.</param>
/// <param name="Outcome">SUCCESS or FAIL once it is decided.</param>
/// <param name="Result">The answer to the command that succeeded.</param>
/// <param name="Problem">The answer to the command that failed.</param>
/// <param name="Retry">While it is pending: when a certain answer can be had.</param>
internal sealed record RequestStateBody(
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Outcome = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SuccessBody? Result = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ProblemBody? Problem = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RetryBody? Retry = null)
{
    public const string Pending = "PENDING";
    public const string Decided = "DECIDED";
}
