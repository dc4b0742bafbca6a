using System.Text.Json.Serialization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>The steps of one request on a time axis.</summary>
/// <param name="State">DECIDED or PENDING.</param>
/// <param name="JobRequestId">The job.</param>
/// <param name="Operation">What was asked for.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="Outcome">SUCCESS or FAIL once it is decided.</param>
/// <param name="Code">Why it failed.</param>
/// <param name="Version">The job's version that it was decided at.</param>
/// <param name="TraceId">The trace of the attempt that was decided.</param>
/// <param name="Hops">In the order of the way; those that are not known are left out.</param>
internal sealed record RequestTimelineBody(
    string State,
    string JobRequestId,
    string Operation,
    string Key,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Outcome,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code,
    int Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceId,
    IReadOnlyList<HopBody> Hops);

/// <param name="Hop">received, written, read, decided, committed, published or viewed.</param>
/// <param name="At">When, by the clock of the machine that did it; left out for a view that has it and no longer remembers since when.</param>
/// <param name="Ms">Milliseconds since the first hop; negative where clocks differ by more than the way took.</param>
/// <param name="Position">Where the command stands in its log.</param>
internal sealed record HopBody(
    string Hop,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Ms,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PositionBody? Position = null)
{
    /// <param name="request">The decided request.</param>
    /// <param name="isViewed">Whether the view has the version that a SUCCESS led to.</param>
    /// <param name="viewedAt">Since when, where that is known.</param>
    public static IReadOnlyList<HopBody> Of(DecidedRequest request, bool isViewed, DateTimeOffset? viewedAt)
    {
        var times = request.Times;
        (string Hop, DateTimeOffset? At)[] steps =
        [
            ("received", times.ReceivedAt), ("written", times.WrittenAt), ("read", times.ReadAt), ("decided", times.DecidedAt),
            ("committed", times.CommittedAt),
            ("published", times.PublishedAt), ("viewed", viewedAt),
        ];
        var first = steps.First(step => step.At is not null).At!.Value;
        var hops = steps.Where(step => step.At is not null)
            .Select(step => new HopBody(
                step.Hop, step.At, Math.Round((step.At!.Value - first).TotalMilliseconds, 1), step.Hop == "written"
                    ? PositionBody.From(request.Position)
                : null))
            .ToList();
        if (isViewed && viewedAt is null) hops.Add(new HopBody("viewed", null, null));
        return hops;
    }
}

/// <summary>A job's ledger, in the order of decision.</summary>
internal sealed record JobTimelineBody(string JobRequestId, int Version, IReadOnlyList<TimelineEntryBody> Entries)
{
    public static JobTimelineBody From(JobTimeline timeline) =>
        new(timeline.JobRequestId, timeline.Version, [.. (timeline.Entries ?? []).Select(TimelineEntryBody.From)]);
}

/// <param name="By">Whose request it was.</param>
/// <param name="Operation">What was asked for.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="Outcome">SUCCESS or FAIL.</param>
/// <param name="Code">Why it failed.</param>
/// <param name="Version">The job's version after a SUCCESS, or at which a FAIL was decided.</param>
/// <param name="Epoch">The epoch it was decided in.</param>
/// <param name="Won">Whether it is an accept that got the job.</param>
/// <param name="Standby">Of an accept that got a place in the line instead.</param>
/// <param name="LostTo">The version of the event that an earlier, competing command led to.</param>
/// <param name="LostBy">How much earlier that command was.</param>
/// <param name="Times">When each step was done.</param>
/// <param name="Position">Where the command stands in its log.</param>
/// <param name="TraceId">The trace of the attempt that was decided.</param>
/// <param name="SignedBy">The key id of the program that wrote the command to the log by itself.</param>
internal sealed record TimelineEntryBody(
    string? By,
    string Operation,
    string? Key,
    string Outcome,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code,
    int Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Epoch,
    bool Won,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] StandbyBody? Standby,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? LostTo,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LeadBody? LostBy,
    TimesBody Times,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PositionBody? Position,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SignedBy)
{
    public static TimelineEntryBody From(TimelineEntry entry)
    {
        var request = entry.Request;
        var succeeded = request.Code is null;
        return new TimelineEntryBody(
            request.Caller, request.Operation, request.Key, succeeded ? Outcomes.Success : Outcomes.Fail, request.Code, request.Version, request.Epoch,
            succeeded && request is { Operation: Operations.Accept, Rank: null }, StandbyBody.From(request.Rank),
            entry.LostTo, LeadBody.From(entry.LostBy), TimesBody.From(request.Times), PositionBody.From(request.Position), request.TraceId, request.SignedBy);
    }
}
