using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace JobRequests.Client.Wire;

/// <summary>One HTTP answer, read to its end.</summary>
internal sealed record HttpAnswer(int Status, string Body, TimeSpan? RetryAfter, string? Location)
{
    public RawAnswer Raw => new(Status, Body);

    /// <summary>Null when the body is not the service's JSON: a proxy's page, an empty body.</summary>
    public T? Read<T>(JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type);
        }
        catch (JsonException)
        {
            // Who answered is not the service; the caller judges by the status alone.
            return null;
        }
    }

    public JobRequestsException ToException()
    {
        var problem = Read(WireJson.Default.CommandAnswer);
        return new(problem?.Code ?? CodeOfStatus(Status), problem?.Title ?? $"The service answered with HTTP {Status}.", Raw, RetryAfter);
    }

    public static string CodeOfStatus(int status) => status switch
    {
        401 => "UNAUTHENTICATED",
        404 => "NOT_FOUND",
        413 => "TOO_LARGE",
        415 => "NOT_JSON",
        429 => "QUOTA_EXCEEDED",
        503 => "UNAVAILABLE",
        _ => $"HTTP_{status}",
    };
}
