using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace JobRequests.Gateway.Board;

/// <summary>The board's files, out of this assembly. They are served below one version, which names their contents, and may be kept for ever.</summary>
internal sealed class BoardFiles
{
    private const string Prefix = "Board/";
    private const string VersionMark = "{version}";
    private const string PreloadMark = "<!-- preload -->";

    private readonly FrozenDictionary<string, BoardFile> files;

    public BoardFiles()
    {
        files = typeof(BoardFiles).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(static name => new BoardFile(name[Prefix.Length..].Replace('\\', '/'), Read(name)))
            .ToFrozenDictionary(static file => file.Path, StringComparer.Ordinal);
        Version = VersionOf(files.Values);
        Page = new BoardFile("index.html", Encoding.UTF8.GetBytes(Complete(Encoding.UTF8.GetString(files["index.html"].Content))));
    }

    /// <summary>Changes with every change of a file.</summary>
    public string Version { get; }

    /// <summary>The page itself: its modules are named in its head, so that they load side by side and not one after the other.</summary>
    public BoardFile Page { get; }

    public BoardFile? Find(string path) => files.GetValueOrDefault(path);

    private string Complete(string page)
    {
        var modules = files.Keys.Where(static path => path.EndsWith(".js", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var preload = string.Join("\n", modules.Select(static path => $"<link rel=\"modulepreload\" href=\"/board/{VersionMark}/{path}\">"));
        return page.Replace(PreloadMark, preload, StringComparison.Ordinal).Replace(VersionMark, Version, StringComparison.Ordinal);
    }

    private static string VersionOf(IEnumerable<BoardFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.OrderBy(static file => file.Path, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path}\n{file.Hash}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(BoardFiles).Assembly.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
