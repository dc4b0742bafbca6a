using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.ServiceDefaults;

// {"status":"Unhealthy","checks":{"redis":{"status":"Unhealthy","description":"No answer within 2
// s.","setting":"ConnectionStrings:redis","docs":"docs/operations.md#redis"}}}
internal static class HealthJson
{
    public static Task WriteLiveAsync(HttpContext http) => WriteAsync(http, new HealthReport(new Dictionary<string, HealthReportEntry>(), TimeSpan.Zero));

    public static async Task WriteAsync(HttpContext http, HealthReport report)
    {
        http.Response.StatusCode = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", report.Status.ToString());
        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries)
        {
            json.WriteStartObject(name);
            json.WriteString("status", entry.Status.ToString());
            if (entry.Description is { } description) json.WriteString("description", description);

            // Not the exception: anybody can ask this address, but not everybody may see exceptions. It is in the log.
            foreach (var (key, value) in entry.Data) json.WriteString(key, value.ToString());
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(http.RequestAborted);
    }
}
