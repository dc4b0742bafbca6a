using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace JobRequests.Board;

/// <summary>One static file, with its compressed forms, which are made when they are first asked for.</summary>
public sealed class StaticFile(string path, byte[] content)
{
    private readonly Lazy<byte[]> _brotli = new(() => Compress(content, static target => new BrotliStream(target, CompressionLevel.SmallestSize)));
    private readonly Lazy<byte[]> _gzip = new(() => Compress(content, static target => new GZipStream(target, CompressionLevel.SmallestSize)));

    /// <summary>Relative, with slashes.</summary>
    internal string Path { get; } = path;

    internal byte[] Content { get; } = content;

    internal string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));

    internal string ContentType { get; } = System.IO.Path.GetExtension(path) switch
    {
        ".json" => "application/json; charset=utf-8",
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".webmanifest" => "application/manifest+json",
        _ => "text/plain; charset=utf-8",
    };

    /// <summary>The content in the best coding that the header <c>Accept-Encoding</c> allows, and that coding's name; null as it is.</summary>
    private (byte[] Content, string? Coding) In(IList<Microsoft.Net.Http.Headers.StringWithQualityHeaderValue> accepted)
    {
        if (ContentType == "image/png") return (Content, null);
        if (Accepts("br")) return (_brotli.Value, "br");
        return Accepts("gzip") ? (_gzip.Value, "gzip") : (Content, null);

        bool Accepts(string coding) => accepted.Any(value => value.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && value.Quality is null or > 0);
    }

    public async Task WriteAsync(HttpContext http)
    {
        var (content, coding) = In(http.Request.GetTypedHeaders().AcceptEncoding);
        var response = http.Response;
        var tag = new EntityTagHeaderValue($"\"{Hash}{(coding is null ? "" : "-" + coding)}\"");
        response.GetTypedHeaders().ETag = tag;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = ContentType;
        response.ContentLength = content.Length;
        if (coding is not null) response.Headers.ContentEncoding = coding;
        await response.Body.WriteAsync(content, http.RequestAborted);
    }

    private static byte[] Compress(byte[] content, Func<Stream, Stream> compressor)
    {
        using var target = new MemoryStream();
        using (var stream = compressor(target)) stream.Write(content);
        return target.ToArray();
    }
}
