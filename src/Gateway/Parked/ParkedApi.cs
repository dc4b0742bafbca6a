using System.Globalization;
using JobRequests.Domain;
using JobRequests.Gateway.Docs;
using JobRequests.Gateway.Identity;
using JobRequests.Gateway.Json;
using JobRequests.Gateway.Problems;
using JobRequests.Gateway.Requests;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Parked;

/// <summary>The routes of commands that were set aside, for administrators.</summary>
internal static class ParkedApi
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    public static RouteGroupBuilder MapParked(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/admin/parked");
        group.RequireAdministrator();
        group.MapGet("/", Read).AsAdministration<ParkedBody>(
            "readParkedCommands", "See the commands that were set aside",
            "For administrators. Commands that could not be read, or whose job could not be stored: grouped by job and reason, and one by one, in pages. A fenced job's later commands are set aside too, until a replay. "
            + "Empty on the embedded product, which has no log that could keep them.",
            OperationProblems.OfOperator,
            new ParameterDescription("job", "Only those of this job."),
            new ParameterDescription("limit", "How many commands a page has, 1 to 500."),
            new ParameterDescription("cursor", "nextCursor of the page before."));
        group.MapPost("/", ParkOldest).AsAdministration<ParkOldestBody>(
            "parkOldestRecord", "Set the record aside that a partition stands still on",
            "For administrators. The silos' health check names a partition that does not get past a record, and that record. It is set aside, as one that failed, and the records behind it go on; the job is fenced until a replay. "
            + "`parked` is false when no silo stands on that record now. Needs no idempotency key: a repeat finds nothing more to do.",
            OperationProblems.OfOperatorWithBody)
            .Accepts<ParkOldestRequest>("application/json");
        group.MapPost("/replay", Replay).AsAdministration<ReplayParkedBody>(
            "replayParkedCommands", "Put the commands back that were set aside",
            "For administrators. Back into the log, in the order in which they were first sent; when the silos have decided them, the job's fence ends. A command whose deadline has passed is decided as deadline-passed. "
            + "Needs no idempotency key: it may be called again at any time, whatever cut it off, for jobs tell repeats apart.",
            OperationProblems.OfOperatorWithBody,
            new ParameterDescription("dryRun", "true: only say what would be put back."))
            .Accepts<ReplayParkedRequest>(isOptional: true, "application/json");
        return group;
    }

    private static async Task Read(HttpContext http, IParkedCommands parked)
    {
        var query = http.Request.Query;
        var wanted = query["job"] is [{ } text] ? text : null;
        var job = JobRequestId.Read(wanted);
        var limit = DefaultLimit;
        ParkedPlace? after = null;
        if (wanted is not null && job is null) await RefuseAsync("job", "must be a UUID");
        else if (query["limit"] is [var size] && (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit)) await RefuseAsync("limit", $"must be 1 to {MaxLimit}");
        else if (query["cursor"] is [var cursor] && !TryRead(cursor, out after)) await RefuseAsync("cursor", "must be a nextCursor");
        else await WriteAsync(http, await parked.ReadAsync(job, after, limit, http.RequestAborted), GatewayJson.Wire.ParkedBody);

        Task RefuseAsync(string field, string rule) => ProblemWriter.WriteAsync(http, Refusal.Field(field, rule));
    }

    private static async Task Replay(HttpContext http, IParkedCommands parked, BodyReader bodies)
    {
        var (dryRun, misread) = DryRun.Read(http.Request);
        var (body, refusal) = await bodies.ReadAsync<ReplayParkedRequest>(http, GatewayJson.Wire.ReplayParkedRequest);
        refusal = misread ?? refusal;
        var job = JobRequestId.Read(body?.Job);
        if (refusal is null && body?.Job is not null && job is null) refusal = Refusal.Field("job", "must be a UUID");
        if (refusal is not null) await ProblemWriter.WriteAsync(http, refusal);
        else await WriteAsync(http, await parked.ReplayAsync(job, dryRun, http.RequestAborted), GatewayJson.Wire.ReplayParkedBody);
    }

    private static async Task ParkOldest(HttpContext http, IParkedCommands parked, BodyReader bodies)
    {
        var (body, refusal) = await bodies.ReadAsync<ParkOldestRequest>(http, GatewayJson.Wire.ParkOldestRequest);
        ParkedPlace place = default;
        if (refusal is null && body?.Stream is not (StreamNames.Requests or StreamNames.FinalEvents)) refusal = Refusal.Field("stream", $"must be {StreamNames.Requests} or {StreamNames.FinalEvents}");
        if (refusal is null && !ParkedPlace.TryParse(body!.Place, out place)) refusal = Refusal.Field("place", "must be PARTITION:OFFSET");
        if (refusal is not null) await ProblemWriter.WriteAsync(http, refusal);
        else await WriteAsync(http, new ParkOldestBody(await parked.ParkOldestAsync(body!.Stream!, place, http.User.ToCaller().Person, http.RequestAborted)), GatewayJson.Wire.ParkOldestBody);
    }

    private static bool TryRead(string? text, out ParkedPlace? place)
    {
        var isPlace = ParkedPlace.TryParse(text, out var read);
        place = read;
        return isPlace;
    }

    private static Task WriteAsync<T>(HttpContext http, T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(body, type, contentType: null, http.RequestAborted);
    }
}
