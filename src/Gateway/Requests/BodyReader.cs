using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace JobRequests.Gateway.Requests;

/// <summary>Reads a JSON body of bounded size in bounded time.</summary>
internal sealed class BodyReader(CallerQuota quota, IOptions<GatewayOptions> options, TimeProvider time)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly int _maxBytes = options.Value.MaxBodyBytes;
    private readonly TimeSpan _timeout = options.Value.BodyTimeout;

    /// <returns>The body, null where there is none, or why it cannot be read.</returns>
    public async ValueTask<(T? Body, Refusal? Refusal)> ReadAsync<T>(HttpContext http, JsonTypeInfo type)
        where T : class
    {
        var request = http.Request;
        if (request.ContentLength is 0 || http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }) return (null, null);
        if (request.Headers.ContentEncoding is { Count: > 0 } coding && !string.Equals(coding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.AcceptEncoding = "identity";
            return (null, new Refusal(ProblemTypes.UnsupportedMediaType, Detail: "The body is compressed. Send it as it is, without Content-Encoding."));
        }

        if (request.ContentLength > _maxBytes) return (null, TooLarge(http));
        var isJson = IsJson(request.ContentType);
        if (!isJson && request.ContentLength is not null) return (null, new Refusal(ProblemTypes.UnsupportedMediaType));

        var reader = request.BodyReader;
        try
        {
            var result = await ReadToEndAsync(reader, http.RequestAborted);
            var answer = result switch
            {
                { Buffer.Length: var length } when length > _maxBytes => (null, TooLarge(http)),
                { IsCompleted: false } => (null, new Refusal(ProblemTypes.RequestTimeout)),
                { Buffer.IsEmpty: true } => (null, null),
                _ when !isJson => (null, new Refusal(ProblemTypes.UnsupportedMediaType)),
                { Buffer.Length: var length } when BeyondShare(http, length) is { } refusal => (null, refusal),
                _ => Parse<T>(result.Buffer, type),
            };
            reader.AdvanceTo(result.Buffer.End);
            return answer;
        }
        catch (BadHttpRequestException exception)
        {
            return (null, exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge(http)
                : exception.StatusCode == StatusCodes.Status408RequestTimeout ? new Refusal(ProblemTypes.RequestTimeout)
                : Refusal.Field("", "the body ended early"));
        }
    }

    private Refusal? BeyondShare(HttpContext http, long length) =>
        http.User.Identity is { IsAuthenticated: true } ? quota.TakeForBody(http.User.ToCaller().Person, length) : null;

    private async ValueTask<ReadResult> ReadToEndAsync(PipeReader reader, CancellationToken aborted)
    {
        // Nearly every body is there already: only one that is not pays for a timer.
        CancellationTokenSource? slow = null;
        try
        {
            while (true)
            {
                if (!reader.TryRead(out var result))
                {
                    slow ??= new CancellationTokenSource(_timeout, time);
                    using var stop = slow.Token.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
                    result = await reader.ReadAsync(aborted);
                }

                if (result.IsCompleted || result.IsCanceled || result.Buffer.Length > _maxBytes) return result;
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        finally
        {
            slow?.Dispose();
        }
    }

    private static (T?, Refusal?) Parse<T>(ReadOnlySequence<byte> json, JsonTypeInfo type)
        where T : class
    {
        if (json.Length >= ByteOrderMark.Length && json.Slice(0, ByteOrderMark.Length).ToArray().AsSpan().SequenceEqual(ByteOrderMark))
            return (null, Refusal.Field("", "must begin with JSON, but begins with a byte order mark: send UTF-8 without it"));
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = GatewayJson.Depth });
            var body = (T?)JsonSerializer.Deserialize(ref reader, type);
            reader.Read();
            // null says as much as no body.
            return (body, null);
        }
        catch (JsonException exception)
        {
            return (null, JsonRefusal.From(exception));
        }
    }

    private static bool IsJson(string? contentType)
    {
        if (string.Equals(contentType, "application/json", StringComparison.OrdinalIgnoreCase)) return true;
        return MediaTypeHeaderValue.TryParse(contentType, out var media)
            && media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!media.Charset.HasValue
                || media.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || media.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
    }

    private static Refusal TooLarge(HttpContext http)
    {
        // What is left of the body is not read: the connection ends with the answer.
        http.Response.Headers.Connection = "close";
        return new Refusal(ProblemTypes.PayloadTooLarge);
    }
}
