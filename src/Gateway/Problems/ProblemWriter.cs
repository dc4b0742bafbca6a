using System.Globalization;

namespace JobRequests.Gateway.Problems;

/// <summary>Sends problems, <c>application/problem+json</c> (RFC 9457).</summary>
internal static class ProblemWriter
{
    public const string ContentType = "application/problem+json";

    private const int MaxErrorsInDetail = 3;

    /// <summary>A problem that was found before there was a command: the instance is the address that was called.</summary>
    public static Task WriteAsync(HttpContext http, Refusal refusal, string? jobRequestId = null)
    {
        var isCommand = HttpMethods.IsPost(http.Request.Method);
        SetEstimate(http.Response, refusal.EstimatedDecisionIn);
        return WriteAsync(http, BodyOf(refusal, http.Request.Path.ToUriComponent(), jobRequestId, Tracing.IdOf(http), isCommand));
    }

    public static ProblemBody BodyOf(Refusal refusal, string instance, string? jobRequestId, string traceId, bool isCommand) => new()
    {
        Type = refusal.Type.Uri,
        Title = refusal.Type.Title,
        Detail = DetailOf(refusal),
        Status = refusal.Type.Status,
        Code = refusal.Type.Code,
        Outcome = isCommand ? refusal.Type.Outcome : null,
        Instance = instance,
        JobRequestId = jobRequestId,
        Errors = refusal.Errors,
        Retry = isCommand || refusal.RetryAfter is not null
            ? new RetryBody(refusal.Type.Advice, Milliseconds(refusal.RetryAfter), OutcomeKnown: true, null)
        : null,
        TraceId = traceId,
    };

    public static Task WriteAsync(HttpContext http, ProblemBody problem)
    {
        var response = http.Response;
        response.StatusCode = problem.Status;
        http.Items[typeof(ProblemBody)] = problem.Code;
        response.Headers.CacheControl = "no-store";
        SetRetryAfter(response, problem.Retry?.AfterMs);
        return response.WriteAsJsonAsync(problem, GatewayJson.Wire.ProblemBody, ContentType, http.RequestAborted);
    }

    /// <summary>What was wrong this time, in one text; null where the type says it all.</summary>
    public static string? DetailOf(Refusal refusal) => refusal switch
    {
        { Detail: { } detail } => detail,
        { Errors: { Count: > 0 } errors } =>
            string.Join("; ", errors.Take(MaxErrorsInDetail).Select(static error => $"{(error.Field.Length == 0 ? "the body" : error.Field)} {error.Message}")),
        { RetryAfter: { } after } => string.Create(CultureInfo.InvariantCulture, $"Try again in {Math.Ceiling(after.TotalSeconds)} s."),
        _ => null,
    };

    /// <summary>Whole seconds, rounded up: the header knows nothing finer.</summary>
    public static void SetRetryAfter(HttpResponse response, int? afterMs)
    {
        if (afterMs is { } milliseconds) response.Headers.RetryAfter = ((milliseconds + 999) / 1000).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>How long a command written now waits for its decision: whole seconds, rounded up.</summary>
    public static void SetEstimate(HttpResponse response, TimeSpan? estimate)
    {
        if (estimate is { } wait) response.Headers["Estimated-Decision-In"] = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    public static int? Milliseconds(TimeSpan? time) => time is { } value ? (int)value.TotalMilliseconds : null;
}
