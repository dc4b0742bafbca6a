using Orleans.Streams;

namespace JobRequests.Grains;

/// <summary>Where commands go that could not be stored. Registered where their log can hold them; elsewhere they are only logged.</summary>
public interface ICommandDeadLetters
{
    /// <summary>Has a command, and those that were delivered with it and after it, set aside until an operator puts them back; so are the job's later
    /// ones.</summary>
    /// <param name="jobRequestId">The job.</param>
    /// <param name="from">The first command's token, as it was delivered.</param>
    /// <param name="error">Why it could not be stored.</param>
    /// <param name="attempts">How often that was tried.</param>
    /// <returns>False when the command is not being delivered any more from where it came.</returns>
    Task<bool> DeadLetterAsync(string jobRequestId, StreamSequenceToken from, Exception error, int attempts);
}
