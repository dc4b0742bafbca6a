namespace JobRequests.Client;

/// <summary>A read or a dry run was refused. Commands answer with a <see cref="CommandResult"/> instead.</summary>
public sealed class JobRequestsException : Exception
{
    public JobRequestsException(string code, string message, RawAnswer answer, TimeSpan? retryAfter)
        : base($"{message} ({code}, HTTP {answer?.Status})")
    {
        ArgumentNullException.ThrowIfNull(answer);
        (Code, Answer, RetryAfter) = (code, answer, retryAfter);
    }

    public string Code { get; }
    public RawAnswer Answer { get; }
    public TimeSpan? RetryAfter { get; }
}
