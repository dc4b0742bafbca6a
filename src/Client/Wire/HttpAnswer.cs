using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace JobRequests.Client.Wire;

/// <summary>One HTTP answer, read to its end.</summary>
internal sealed record HttpAnswer(Uri Service, int Status, string Body, TimeSpan? RetryAfter, string? Location, bool Replayed)
{
    public RawAnswer Raw => new(Status, Body);

    /// <summary>What a person is told of an answer that is not the service's.</summary>
    public string Foreign =>
        $"{Service} answered with HTTP {Status}{(Location is null ? "" : $" to {Location}")}, but this is not an answer of JobRequests. Is a proxy or a "
            + "sign-in page in between?";

    /// <summary>Null when the body is not the service's JSON: a proxy's page, an empty body.</summary>
    public T? Read<T>(JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type);
        }
        catch (JsonException)
        {
            // This answer is not the service's, and decides nothing.
            return null;
        }
    }

    /// <summary>The service's refusal; or that the service was not reached, since something else answered.</summary>
    public Exception ToException() => Read(WireJson.Default.CommandAnswer) is { IsProblem: true } problem
        ? new JobRequestsException(problem.Code!, problem.Title!, Raw, RetryAfter)
        : new HttpRequestException(HttpRequestError.InvalidResponse, Foreign);
}
