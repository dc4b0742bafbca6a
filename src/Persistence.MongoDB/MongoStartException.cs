namespace JobRequests.Persistence.MongoDB;

/// <summary>Why a storage cannot start.</summary>
public enum MongoStartProblem
{
    /// <summary>None of the addresses answered before the start timed out.</summary>
    Unreachable,

    /// <summary>Servers answered, but none of them is the primary.</summary>
    NoPrimary,

    /// <summary>The server refused the user name or the password.</summary>
    WrongCredentials,

    /// <summary>The user may not read the collection, or not create its indexes.</summary>
    NotAuthorized,

    /// <summary>The server is too old or too new for the driver.</summary>
    Incompatible,

    /// <summary>A declared index could not be created.</summary>
    IndexRefused,

    /// <summary>The server answered with another error; the inner exception has it.</summary>
    Refused,
}

/// <summary>A grain storage cannot be started as configured. The message is one sentence for the person who runs the process; it holds no
/// credentials.</summary>
public sealed class MongoStartException(MongoStartProblem problem, string message, Exception? inner = null) : IOException(message, inner)
{
    public MongoStartProblem Problem { get; } = problem;
}
