using JobRequests.Gateway.Problems;

namespace JobRequests.Gateway.Requests;

/// <summary>An answer that was decided here, without the job: certainly nothing was enqueued and nothing is stored.</summary>
internal sealed record Refusal(ProblemType Type, IReadOnlyList<FieldError>? Errors = null, TimeSpan? RetryAfter = null)
{
    public static Refusal Field(string field, string message) => new(ProblemTypes.Validation, [new FieldError(field, message)]);
}
