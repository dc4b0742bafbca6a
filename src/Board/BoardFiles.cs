using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace JobRequests.Board;

/// <summary>The board's files, out of this assembly. They are served below one version, which names their contents, and may be kept for ever.</summary>
internal sealed class BoardFiles
{
    private const string VersionMark = "{version}";
    private const string WorkerFile = "service-worker.js";
    private const string LanguageFolder = "languages/";
    private const string PreloadMark = "<!-- preload -->";

    private readonly FrozenDictionary<string, StaticFile> _files;

    public BoardFiles()
    {
        _files = typeof(BoardFiles).Assembly.GetManifestResourceNames()
            .Select(static name => new StaticFile(name.Replace('\\', '/'), Read(name)))
            .ToFrozenDictionary(static file => file.Path, StringComparer.Ordinal);
        Version = VersionOf(_files.Values);
        Page = Complete("index.html", Preload());
        Worker = Complete(WorkerFile, "");
    }

    /// <summary>Changes with every change of a file.</summary>
    public string Version { get; }

    /// <summary>The page itself: its modules are named in its head, so that they load side by side and not one after the other. Of the
    /// languages the browser needs one, and asks for it.</summary>
    public StaticFile Page { get; }

    /// <summary>Keeps the page and its files for times without a network. It changes with the version, which tells browsers to keep them again.</summary>
    public StaticFile Worker { get; }

    public StaticFile? Find(string path) => _files.GetValueOrDefault(path);

    private StaticFile Complete(string path, string preload)
    {
        var text = Encoding.UTF8.GetString(_files[path].Content).Replace(PreloadMark, preload, StringComparison.Ordinal);
        return new StaticFile(path, Encoding.UTF8.GetBytes(text.Replace(VersionMark, Version, StringComparison.Ordinal)));
    }

    private string Preload() => string.Join("\n", _files.Keys
        .Where(static path => path.EndsWith(".js", StringComparison.Ordinal) && path != WorkerFile)
        .Where(static path => !path.StartsWith(LanguageFolder, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(static path => $"<link rel=\"modulepreload\" href=\"/board/{VersionMark}/{path}\">"));

    private static string VersionOf(IEnumerable<StaticFile> files)
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
