using System.Globalization;

namespace JobRequests.Gateway.Administration;

/// <summary>The routes of commands that were set aside, for administrators.</summary>
internal static class DeadLetterApi
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    public static RouteGroupBuilder MapDeadLetters(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/admin/dead-letters");
        group.RequireAdministrator();
        group.MapGet("/", Read).AsAdministration<DeadLetterBody>(
            "readDeadLetters", "See the commands that were set aside",
            "For administrators. Commands that could not be read, or whose job could not be stored: grouped by job and reason, and one by one, in pages. A "
                + "blocked job's later commands are set aside too, until a replay. "
            + "Empty on the embedded product, which has no log that could keep them.",
            OperationProblems.OfOperator,
            new ParameterDescription("job", "Only those of this job."),
            new ParameterDescription("limit", "How many commands a page has, 1 to 500."),
            new ParameterDescription("cursor", "nextCursor of the page before."));
        group.MapPost("/", DeadLetterOldest).AsAdministration<DeadLetterOldestBody>(
            "deadLetterOldestRecord", "Set the record aside that a partition stands still on",
            "For administrators. The silos' health check names a partition that does not get past a record, and that record. It is set aside, as one that "
                + "failed, and the records behind it go on; the job is blocked until a replay. "
            + "`deadLettered` is false when no silo stands on that record now. Needs no idempotency key: a repeat finds nothing more to do.",
            OperationProblems.OfOperatorWithBody)
            .Accepts<DeadLetterOldestRequest>("application/json");
        group.MapPost("/replay", Replay).AsAdministration<ReplayDeadLetterBody>(
            "replayDeadLetters", "Put the commands back that were set aside",
            "For administrators. Back into the log, in the order in which they were first sent; when the silos have decided them, the job's block ends. A "
                + "command whose deadline has passed is decided as deadline-passed. "
            + "Needs no idempotency key: it may be called again at any time, whatever cut it off, for jobs tell repeats apart.",
            OperationProblems.OfOperatorWithBody,
            new ParameterDescription("dryRun", "true: only say what would be replayed."))
            .Accepts<ReplayDeadLetterRequest>(isOptional: true, "application/json");
        return group;
    }

    private static async Task Read(HttpContext http, IDeadLetters deadLetters)
    {
        var query = http.Request.Query;
        var wanted = query["job"] is [{ } text] ? text : null;
        var job = JobRequestId.Read(wanted);
        var limit = DefaultLimit;
        DeadLetterPlace? after = null;
        if (wanted is not null && job is null) await RefuseAsync("job", "must be a UUID");
        else if (query["limit"] is [var size]
            && (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit)) await RefuseAsync(
                "limit", $"must be 1 to {MaxLimit}");
        else if (query["cursor"] is [var cursor] && !TryRead(cursor, out after)) await RefuseAsync("cursor", "must be a nextCursor");
        else await WriteAsync(http, await deadLetters.ReadAsync(job, after, limit, http.RequestAborted), GatewayJson.Wire.DeadLetterBody);

        Task RefuseAsync(string field, string rule) => ProblemWriter.WriteAsync(http, Refusal.Field(field, rule));
    }

    private static async Task Replay(HttpContext http, IDeadLetters deadLetters, BodyReader bodies)
    {
        var (dryRun, misread) = DryRun.Read(http.Request);
        var (body, refusal) = await bodies.ReadAsync<ReplayDeadLetterRequest>(http, GatewayJson.Wire.ReplayDeadLetterRequest);
        refusal = misread ?? refusal;
        var job = JobRequestId.Read(body?.Job);
        if (refusal is null && body?.Job is not null && job is null) refusal = Refusal.Field("job", "must be a UUID");
        if (refusal is not null) await ProblemWriter.WriteAsync(http, refusal);
        else await WriteAsync(http, await deadLetters.ReplayAsync(job, dryRun, http.RequestAborted), GatewayJson.Wire.ReplayDeadLetterBody);
    }

    private static async Task DeadLetterOldest(HttpContext http, IDeadLetters deadLetters, BodyReader bodies)
    {
        var (body, refusal) = await bodies.ReadAsync<DeadLetterOldestRequest>(http, GatewayJson.Wire.DeadLetterOldestRequest);
        DeadLetterPlace place = default;
        if (refusal is null && body?.Stream is not (StreamNames.Requests or StreamNames.FinalEvents))
            refusal = Refusal.Field("stream", $"must be {StreamNames.Requests} or {StreamNames.FinalEvents}");
        if (refusal is null && !DeadLetterPlace.TryParse(body!.Place, out place)) refusal = Refusal.Field("place", "must be PARTITION:OFFSET");
        if (refusal is not null) await ProblemWriter.WriteAsync(http, refusal);
        else await WriteAsync(http,
            new DeadLetterOldestBody(await deadLetters.DeadLetterOldestAsync(body!.Stream!, place, http.User.ToCaller().Person, http.RequestAborted)),
            GatewayJson.Wire.DeadLetterOldestBody);
    }

    private static bool TryRead(string? text, out DeadLetterPlace? place)
    {
        var isPlace = DeadLetterPlace.TryParse(text, out var read);
        place = read;
        return isPlace;
    }

    private static Task WriteAsync<T>(HttpContext http, T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(body, type, contentType: null, http.RequestAborted);
    }
}
