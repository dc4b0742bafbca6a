namespace JobRequests.Gateway.Requests;

/// <summary>An answer that was decided here, without the job: certainly nothing was enqueued and nothing is stored.</summary>
/// <param name="Type">Why.</param>
/// <param name="Errors">What is wrong about which field.</param>
/// <param name="RetryAfter">When to try again.</param>
/// <param name="EstimatedDecisionIn">How long the command would have waited for its decision, where that is known.</param>
/// <param name="Detail">What is so this time, where the type and the errors do not say it.</param>
internal sealed record Refusal(
    ProblemType Type, IReadOnlyList<FieldError>? Errors = null, TimeSpan? RetryAfter = null, TimeSpan? EstimatedDecisionIn = null, string? Detail = null)
{
    public static Refusal Field(string field, string message) => new(ProblemTypes.Validation, [new FieldError(field, message)]);
}
