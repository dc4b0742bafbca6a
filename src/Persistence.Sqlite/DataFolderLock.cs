namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// Keeps a second process, and a second database object in this one, away from a data folder for as long as it is held.
/// The operating system lets go of it when the process dies, however it dies; the file itself stays.
/// </summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    public static DataFolderLock Take(string folder, string lockFile)
    {
        MakeFolder(folder);
        try
        {
            return new DataFolderLock(OwnerOnly.Open(lockFile, FileMode.OpenOrCreate, FileShare.None));
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or DirectoryNotFoundException or FileNotFoundException)
        {
            throw SqliteFailure.NotWritable(folder, exception);
        }
        catch (IOException exception) when (IsSharingViolation(exception))
        {
            throw new DataFolderException(DataFolderProblem.InUse,
                $"The data folder '{folder}' is in use by another process: stop that process, or set DataFolder to another folder.", exception);
        }
        catch (IOException exception)
        {
            throw SqliteFailure.NotWritable(folder, exception);
        }
    }

    /// <summary>What this file notes of the database beside it, see <see cref="SqliteIdentity"/>.</summary>
    public string Note
    {
        get
        {
            _file.Position = 0;
            using var reader = new StreamReader(_file, leaveOpen: true);
            return reader.ReadToEnd();
        }
        set
        {
            _file.SetLength(0);
            using (var writer = new StreamWriter(_file, leaveOpen: true))
                writer.Write(value);
            _file.Flush(flushToDisk: true);
        }
    }

    public void Dispose() => _file.Dispose();

    private static void MakeFolder(string folder)
    {
        try
        {
            OwnerOnly.CreateFolder(folder);
        }
        catch (IOException exception) when (ExistingPartIsAFile(folder))
        {
            throw new DataFolderException(DataFolderProblem.NotAFolder,
                $"The data folder '{folder}' cannot be used because a file is in its place: set DataFolder to a folder.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw SqliteFailure.NotWritable(folder, exception);
        }
    }

    private static bool ExistingPartIsAFile(string folder)
    {
        for (var part = folder; part is not null; part = Path.GetDirectoryName(part))
            if (File.Exists(part))
                return true;
        return false;
    }

    // Windows: ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION. Unix: flock's EWOULDBLOCK, 11 on Linux and 35 on macOS.
    private static bool IsSharingViolation(IOException exception) => OperatingSystem.IsWindows()
        ? (exception.HResult & 0xFFFF) is 32 or 33
        : exception.HResult is 11 or 35;
}
