using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace JobRequests.Gateway.Requests;

/// <summary>Reads a body of bounded size in bounded time: JSON, or lines of JSON.</summary>
internal sealed class BodyReader(CallerQuota quota, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>The type of a body of lines.</summary>
    public const string Ndjson = "application/x-ndjson";

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly int _maxBytes = options.Value.MaxBodyBytes;
    private readonly int _maxBulkBytes = options.Value.MaxBulkBytes;
    private readonly TimeSpan _timeout = options.Value.BodyTimeout;

    /// <returns>The body, null where there is none, or why it cannot be read.</returns>
    public async ValueTask<(T? Body, Refusal? Refusal)> ReadAsync<T>(HttpContext http, JsonTypeInfo type)
        where T : class
    {
        var (json, refusal) = await ReadBytesAsync(http, "application/json", _maxBytes);
        if (json.IsEmpty) return (null, refusal);
        var answer = BeyondShare(http, commands: 1, json.Length) is { } beyond ? (null, beyond) : Parse<T>(json, type);
        http.Request.BodyReader.AdvanceTo(json.End);
        return answer;
    }

    /// <summary>Reads a body of lines (NDJSON), of which each costs as much of the caller's share as a request.</summary>
    /// <returns>The lines, at least one, or why they cannot be read.</returns>
    public async ValueTask<(IReadOnlyList<ReadOnlyMemory<byte>>? Lines, Refusal? Refusal)> ReadLinesAsync(HttpContext http, int most)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = _maxBulkBytes;
        var (body, refusal) = await ReadBytesAsync(http, Ndjson, _maxBulkBytes);
        if (refusal is not null) return (null, refusal);
        var lines = Split(body.ToArray());
        if (!body.IsEmpty) http.Request.BodyReader.AdvanceTo(body.End);
        if (lines.Count == 0 || lines.Count > most) return (null, Refusal.Field("", $"must have 1 to {most} lines"));
        return BeyondShare(http, lines.Count, body.Length) is { } beyond ? (null, beyond) : (lines, null);
    }

    /// <returns>A line as a body, null where it says null, or why it cannot be read.</returns>
    public (T? Body, Refusal? Refusal) ReadLine<T>(ReadOnlyMemory<byte> line, JsonTypeInfo type)
        where T : class =>
        line.Length > _maxBytes ? (null, new Refusal(ProblemTypes.PayloadTooLarge)) : Parse<T>(new ReadOnlySequence<byte>(line), type);

    /// <returns>The bytes, which the caller gives back to the request's reader; none where there is no body, or why it cannot be read.</returns>
    private async ValueTask<(ReadOnlySequence<byte> Bytes, Refusal? Refusal)> ReadBytesAsync(HttpContext http, string mediaType, int most)
    {
        var request = http.Request;
        if (request.ContentLength is 0 || http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }) return (default, null);
        if (request.Headers.ContentEncoding is { Count: > 0 } coding && !string.Equals(coding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.AcceptEncoding = "identity";
            return (default, new Refusal(ProblemTypes.UnsupportedMediaType, Detail: "The body is compressed. Send it as it is, without Content-Encoding."));
        }

        if (request.ContentLength > most) return (default, TooLarge(http));
        var isOfType = IsOfType(mediaType, request.ContentType);
        if (!isOfType && request.ContentLength is not null) return (default, new Refusal(ProblemTypes.UnsupportedMediaType));

        var reader = request.BodyReader;
        try
        {
            var result = await ReadToEndAsync(reader, most, http.RequestAborted);
            var refusal = result switch
            {
                { Buffer.Length: var length } when length > most => TooLarge(http),
                { IsCompleted: false } => new Refusal(ProblemTypes.RequestTimeout),
                { Buffer.IsEmpty: false } when !isOfType => new Refusal(ProblemTypes.UnsupportedMediaType),
                _ => null,
            };
            if (refusal is null && !result.Buffer.IsEmpty) return (result.Buffer, null);
            reader.AdvanceTo(result.Buffer.End);
            return (default, refusal);
        }
        catch (BadHttpRequestException exception)
        {
            return (default, exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge(http)
                : exception.StatusCode == StatusCodes.Status408RequestTimeout ? new Refusal(ProblemTypes.RequestTimeout)
                : Refusal.Field("", "the body ended early"));
        }
    }

    private Refusal? BeyondShare(HttpContext http, int commands, long length) =>
        http.User.Identity is { IsAuthenticated: true } ? quota.TakeForBody(http.User.ToCaller().Person, commands, length) : null;

    private static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> body)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        while (!body.IsEmpty)
        {
            var end = body.Span.IndexOf((byte)'\n');
            lines.Add(end < 0 ? body : body[..end]);
            body = end < 0 ? default : body[(end + 1)..];
        }

        return lines;
    }

    private async ValueTask<ReadResult> ReadToEndAsync(PipeReader reader, int most, CancellationToken aborted)
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

                if (result.IsCompleted || result.IsCanceled || result.Buffer.Length > most) return result;
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

    private static bool IsOfType(string mediaType, string? contentType)
    {
        if (string.Equals(contentType, mediaType, StringComparison.OrdinalIgnoreCase)) return true;
        return MediaTypeHeaderValue.TryParse(contentType, out var media)
            && media.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
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
