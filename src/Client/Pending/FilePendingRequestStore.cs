using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JobRequests.Client.Wire;

namespace JobRequests.Client;

/// <summary>
/// Keeps each pending request in a file of its own in one folder, readable by the user only. A file appears whole or not at all (written aside,
/// flushed, renamed), so a process may be killed at any moment, and several may use the folder at once.
/// </summary>
public sealed class FilePendingRequestStore : IPendingRequestStore
{
    private const string Suffix = ".json";
    private readonly string _folder;

    public FilePendingRequestStore(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _folder = Path.GetFullPath(folder);
    }

    /// <exception cref="IOException">The folder cannot be written: the command is not sent then.</exception>
    public async Task SaveAsync(PendingRequest request, CancellationToken cancellationToken = default)
    {
        CreateFolder();
        var path = PathOf(request);
        var aside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (var file = new FileStream(aside, NewFile()))
            {
                await JsonSerializer.SerializeAsync(file, request, WireJson.Default.PendingRequest, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }
    }

    public Task<PendingRequest?> FindAsync(PendingRequest request, CancellationToken cancellationToken = default)
    {
        var path = PathOf(request);
        return File.Exists(path) ? ReadAsync(path, cancellationToken) : Task.FromResult<PendingRequest?>(null);
    }

    public Task ForgetAsync(PendingRequest request, CancellationToken cancellationToken = default)
    {
        if (Directory.Exists(_folder))
            File.Delete(PathOf(request));
        return Task.CompletedTask;
    }

    /// <summary>All entries, oldest first. A file that holds none, see <see cref="FindUnreadableAsync"/>, does not hide the others.</summary>
    public async Task<IReadOnlyList<PendingRequest>> ListAsync(CancellationToken cancellationToken = default) =>
        [.. (await ReadAllAsync(cancellationToken)).Select(file => file.Request).OfType<PendingRequest>().OrderBy(request => request.Created)];

    /// <summary>The files in the folder that hold no pending request: damaged, or of something else.</summary>
    public async Task<IReadOnlyList<string>> FindUnreadableAsync(CancellationToken cancellationToken = default) =>
        [.. (await ReadAllAsync(cancellationToken)).Where(file => file.Request is null && File.Exists(file.Path)).Select(file => file.Path)];

    private async Task<IReadOnlyList<(string Path, PendingRequest? Request)>> ReadAllAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_folder))
            return [];

        List<(string, PendingRequest?)> files = [];
        foreach (var path in Directory.EnumerateFiles(_folder, $"*{Suffix}"))
            files.Add((path, await ReadAsync(path, cancellationToken)));
        return files;
    }

    private static async Task<PendingRequest?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync(file, WireJson.Default.PendingRequest, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            // Another process has got its answer between the listing and the reading; or it is no pending request.
            return null;
        }
    }

    /// <summary>The key is safe in a file name; the hash keeps apart what one key may mean for other jobs and callers.</summary>
    private string PathOf(PendingRequest request)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Scope.ToString())).AsSpan(0, 8));
        return Path.Combine(_folder, $"{IdempotencyKey.Checked(request.Key)}.{hash}{Suffix}");
    }

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(_folder);
        else
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
