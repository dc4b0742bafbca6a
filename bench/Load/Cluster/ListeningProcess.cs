using System.Globalization;

namespace JobRequests.Bench;

/// <summary>Finds the process of this machine behind an address; on Linux, and where the user may look.</summary>
internal static class ListeningProcess
{
    private const string Listening = "0A";

    /// <param name="address">host:port, with or without a scheme before and a path behind; of several the first.</param>
    public static int? Find(string address)
    {
        var authority = address.Split(',')[0];
        if (!Uri.TryCreate(authority.Contains("://", StringComparison.Ordinal) ? authority : $"tcp://{authority}", UriKind.Absolute, out var uri)
            || !uri.IsLoopback
            || !OperatingSystem.IsLinux()) return null;
        var suffix = ":" + uri.Port.ToString("X4", CultureInfo.InvariantCulture);
        var sockets = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 9 && fields[1].EndsWith(suffix, StringComparison.Ordinal) && fields[3] == Listening)
            .Select(static fields => $"socket:[{fields[9]}]").ToHashSet();
        return sockets.Count == 0 ? null : Directory.EnumerateDirectories("/proc")
            .Select(static folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
            .Where(id => id > 0 && Holds(id, sockets))
            .Select(static id => (int?)id).FirstOrDefault();
    }

    private static bool Holds(int process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process}/fd").Any(file => sockets.Contains(new FileInfo(file).LinkTarget ?? ""));
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            // Somebody else's, or it has just ended.
            return false;
        }
    }
}
