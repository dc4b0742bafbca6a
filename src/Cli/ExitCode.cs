namespace JobRequests.Cli;

/// <summary>What a run of jobctl says to the script that called it.</summary>
internal static class ExitCode
{
    /// <summary>SUCCESS.</summary>
    public const int Success = 0;

    /// <summary><c>race</c> saw a broken promise.</summary>
    public const int PromiseBroken = 1;

    /// <summary><c>verify</c> found violations.</summary>
    public const int ViolationsFound = 1;

    /// <summary><c>verify</c> could not read what it was to judge.</summary>
    public const int Unreadable = 2;

    /// <summary>FAIL: the rules said no (409, 403, 412).</summary>
    public const int Failed = 2;

    /// <summary>No outcome yet, or not known (TIMEOUT, <c>outcomeKnown: false</c>).</summary>
    public const int Undecided = 3;

    /// <summary>Refused: 400, 401, 404, 413, 415, 422.</summary>
    public const int Refused = 4;

    /// <summary>Overloaded or over a quota: 429, 503.</summary>
    public const int Busy = 5;

    /// <summary>The service cannot be reached; nothing was sent.</summary>
    public const int Unreachable = 6;

    /// <summary>Wrong arguments (EX_USAGE); nothing was sent.</summary>
    public const int Usage = 64;

    /// <summary>A local file could not be read or written (EX_IOERR).</summary>
    public const int LocalFile = 74;

    /// <summary>Interrupted by Ctrl+C.</summary>
    public const int Interrupted = 130;

    public static int OfRefusal(int? status) => status is 429 or 503 ? Busy : Refused;
}
