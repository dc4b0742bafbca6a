namespace JobRequests.Gateway.Problems;

/// <summary>What a machine may do after a failed command.</summary>
internal static class RetryAdvice
{
    /// <summary>Send it again with the same key: it is executed at most once.</summary>
    public const string SameKey = "same-key";

    /// <summary>It did not happen; a new attempt is a new request with a new key.</summary>
    public const string NewKey = "new-key";

    /// <summary>Sending it again leads nowhere.</summary>
    public const string DoNot = "do-not";
}

/// <summary>One kind of failed answer; documented at <c>/problems/{Name}</c>.</summary>
/// <param name="Name">Lower case with hyphens; the last part of <c>type</c>. Never changes its meaning.</param>
/// <param name="Status">The HTTP status; a TIMEOUT is 202 for who said <c>Prefer: wait</c>.</param>
/// <param name="Outcome">One of <see cref="Outcomes"/>.</param>
/// <param name="Title">One short sentence, the same for everybody.</param>
/// <param name="Description">What led to it and what the caller can do.</param>
/// <param name="Advice">One of <see cref="RetryAdvice"/>.</param>
internal sealed record ProblemType(string Name, int Status, string Outcome, string Title, string Description, string Advice)
{
    public string Code { get; } = Name.Replace('-', '_').ToUpperInvariant();

    public string Uri { get; } = "/problems/" + Name;

    /// <summary>The problem type of a rule's "no".</summary>
    public static ProblemType From(Rejection rejection, string advice) => new(
        NameOf(rejection.Code),
        rejection.Kind switch
        {
            RejectionKind.NotAllowed => StatusCodes.Status403Forbidden,
            RejectionKind.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
            _ => StatusCodes.Status409Conflict,
        },
        Outcomes.Fail,
        rejection.Title,
        rejection.Description,
        advice);

    public static string NameOf(string code) => code.Replace('_', '-').ToLowerInvariant();
}

/// <summary>Values of an answer's <c>outcome</c>.</summary>
internal static class Outcomes
{
    public const string Success = "SUCCESS";
    public const string Fail = "FAIL";
    public const string Timeout = "TIMEOUT";

    /// <summary>What would happen was asked for, and nothing was done.</summary>
    public const string DryRun = "DRY_RUN";

    /// <summary>Nothing is stored under the key.</summary>
    public const string Refused = "REFUSED";
}
