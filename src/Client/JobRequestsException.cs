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

    /// <summary>Field by field, for <c>VALIDATION</c>.</summary>
    public IReadOnlyList<string> Errors => Outcomes.Errors(Answer);

    public RawAnswer Answer { get; }
    public TimeSpan? RetryAfter { get; }

    /// <summary>It does not exist, or is none of the caller's business: the service does not tell these apart.</summary>
    public bool IsNotFound => Answer.Status == 404;
}
