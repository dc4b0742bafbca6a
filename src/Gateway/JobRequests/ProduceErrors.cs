namespace JobRequests.Gateway.JobRequests;

/// <summary>Our codes in the words of the first design.</summary>
internal static class ProduceErrors
{
    public const string NotValid = "EVENT_NOT_VALID";
    public const string NotFound = "NOT_FOUND";
    public const string Timeout = "REMOTE_CALL_TIMEOUT";

    /// <summary>Everything is 200 there, but for 429 and 503, which say that the caller has to slow down.</summary>
    public static (int Status, string Error, TimeSpan? RetryAfter) Of(CommandResult result) => result switch
    {
        CommandResult.Rejected failed => (StatusCodes.Status200OK, OfRejection(failed.Reply.Code), null),
        CommandResult.NotEnqueued refused => Of(refused.Refusal),
        CommandResult.Unrecorded unrecorded => Of(unrecorded.Type, unrecorded.RetryAfter),
        _ => (StatusCodes.Status200OK, Timeout, null),
    };

    public static (int Status, string Error, TimeSpan? RetryAfter) Of(Refusal refusal) => Of(refusal.Type, refusal.RetryAfter);

    private static (int Status, string Error, TimeSpan? RetryAfter) Of(ProblemType type, TimeSpan? retryAfter) => type.Status switch
    {
        StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable => (type.Status, type.Code, retryAfter),
        StatusCodes.Status404NotFound => (StatusCodes.Status200OK, NotFound, null),
        _ => (StatusCodes.Status200OK, NotValid, null),
    };

    private static string OfRejection(string code) =>
        code == Rejections.AlreadyAccepted.Code ? "JOB_ALREADY_ACCEPTED"
        : code == Rejections.AlreadyAnswered.Code ? "YOU_ALREADY_ANSWERED"
        : code;
}
