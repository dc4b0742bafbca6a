using System.Diagnostics;

namespace JobRequests.Gateway.Hosting;

/// <summary>The caller's trace, also where nobody collects spans.</summary>
internal static class Tracing
{
    private const string Header = "traceparent";

    /// <summary>What the command carries on, in the form of the header; null where there is none.</summary>
    public static string? ParentOf(HttpContext http) => Activity.Current?.Id ?? (IsWellFormed(http, out _) ? http.Request.Headers[Header].ToString() : null);

    /// <summary>What finds the request in the logs and traces.</summary>
    public static string IdOf(HttpContext http)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity) return activity.TraceId.ToHexString();
        return IsWellFormed(http, out var context) ? context.TraceId.ToHexString() : http.TraceIdentifier;
    }

    private static bool IsWellFormed(HttpContext http, out ActivityContext context) =>
        ActivityContext.TryParse(http.Request.Headers[Header], traceState: null, out context);
}
