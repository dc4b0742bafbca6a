using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace JobRequests.Testing.Stub;

/// <summary>The answers of the service, as http.md has them.</summary>
internal static class Answer
{
    public static RequestDelegate Success(long version = 2, bool replayed = false, string job = "j1") => Json(200, SuccessBody(version, replayed, job));

    public static JsonObject SuccessBody(long version = 2, bool replayed = false, string job = "j1", string status = "Accepted") => new()
    {
        ["outcome"] = "SUCCESS",
        ["jobRequestId"] = job,
        ["version"] = version,
        ["requestKey"] = "k1",
        ["replayed"] = replayed,
        ["somethingNew"] = new JsonObject { ["nested"] = 1 },
        ["job"] = new JsonObject
        {
            ["jobRequestId"] = job,
            ["status"] = status,
            ["epoch"] = 1,
            ["version"] = version,
            ["requester"] = "zoe",
            ["acceptedBy"] = "ann",
            ["candidates"] = new JsonArray(new JsonObject { ["id"] = "ann", ["answer"] = "Accepted" }),
            ["tasks"] = new JsonArray(new JsonObject { ["id"] = "t1", ["name"] = "windows", ["done"] = false }),
            ["createdAt"] = "2026-11-23T10:00:00.000Z",
            ["expiresAt"] = null,
        },
    };

    /// <summary>The job itself, as a read shows it.</summary>
    public static RequestDelegate Job(long version, string status = "Accepted") => Json(200, SuccessBody(version, status: status)["job"]!.AsObject());

    /// <summary>The answer to many creates.</summary>
    public static RequestDelegate Lines(params IReadOnlyList<JsonObject> lines) =>
        Raw(200, "application/x-ndjson", string.Concat(lines.Select(line => line.ToJsonString() + "\n")));

    /// <summary>A line of it: job <c>j1</c> of line 1, and so on.</summary>
    public static JsonObject Created(int line, bool replayed = false)
    {
        var body = SuccessBody(1, replayed, $"j{line}");
        body.Remove("job");
        return new JsonObject { ["line"] = line, ["status"] = 201, ["result"] = body };
    }

    public static JsonObject NotCreated(int line, int status, string code, string advice = "do-not", string? field = null)
    {
        var problem = Problem(status, code, $"Refused because of {code}", "REFUSED", advice: advice);
        if (field is not null)
            problem["errors"] = new JsonArray(new JsonObject { ["field"] = field, ["message"] = "is a duplicate" });
        return new JsonObject { ["line"] = line, ["status"] = status, ["problem"] = problem };
    }

    public static RequestDelegate Fail(string code = "ALREADY_ACCEPTED", string title = "Someone else has this job", int status = 409, long version = 2) =>
        Json(status, Problem(status, code, title, "FAIL", version));

    public static RequestDelegate Refused(
        int status, string code, int? retryAfter = null, bool? outcomeKnown = true, string advice = "do-not", JsonNode? errors = null)
    {
        var body = Problem(status, code, $"Refused because of {code}", "REFUSED", advice: advice, outcomeKnown: outcomeKnown);
        if (errors is not null)
            body["errors"] = errors;
        return Json(status, body, ("Retry-After", retryAfter?.ToString()));
    }

    public static RequestDelegate Overloaded(int retryAfter) => Refused(503, "OVERLOADED", retryAfter, advice: "same-key");

    /// <summary>504 or 202: published, no decision.</summary>
    public static RequestDelegate Timeout(
        int status = 202, string? instance = "/v1/requests/k1?job=j1&op=accept&notAfter=1795000000000", int? retryAfter = null, string? location = null)
    {
        var body = Problem(status, "DECISION_TIMEOUT", "There is no decision yet", "TIMEOUT", advice: "same-key", outcomeKnown: false);
        body["enqueued"] = true;
        body["retry"]!["outcomeKnownAt"] = "2026-11-23T10:01:00.000Z";
        if (instance is not null)
            body["instance"] = instance;
        return Json(status, body, ("Location", location ?? instance), ("Retry-After", retryAfter?.ToString()));
    }

    public static RequestDelegate Pending(int? retryAfter = null) =>
        Json(200, new JsonObject { ["state"] = "PENDING" }, ("Retry-After", retryAfter?.ToString()));

    public static RequestDelegate Decided(JsonObject result) =>
        Json(200,
            new JsonObject
            { ["state"] = "DECIDED", ["outcome"] = result["outcome"]!.GetValue<string>(), [result.ContainsKey("code") ? "problem" : "result"] = result });

    public static RequestDelegate StatusUnknown() => Json(404, Problem(404, "REQUEST_NOT_FOUND", "Nothing is known about this key", "REFUSED"));

    public static JsonObject Problem(
        int status, string code, string title, string outcome, long? version = null, string advice = "do-not", bool? outcomeKnown = true) => new()
        {
            ["type"] = "/problems/" + code.ToLowerInvariant().Replace('_', '-'),
            ["title"] = title,
            ["status"] = status,
            ["code"] = code,
            ["outcome"] = outcome,
            ["jobRequestId"] = "j1",
            ["version"] = version,
            ["retry"] = new JsonObject { ["advice"] = advice, ["outcomeKnown"] = outcomeKnown },
            ["traceId"] = "0af7651916cd43dd8448eb211c80319c",
        };

    public static RequestDelegate Json(int status, JsonObject body, params (string Name, string? Value)[] headers)
    {
        // Written once: one JsonObject is not safe for several requests at a time.
        var text = body.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
        return Raw(status, status < 400 ? "application/json" : "application/problem+json", text, headers);
    }

    public static RequestDelegate Raw(int status, string type, string text, params (string Name, string? Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        foreach (var (name, value) in headers)
        {
            if (value is not null)
                context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(text);
    };

    /// <summary>The connection breaks after the request was read.</summary>
    public static RequestDelegate Drop() => context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>No answer until the client gives up.</summary>
    public static RequestDelegate Silence() => async context =>
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };
}
