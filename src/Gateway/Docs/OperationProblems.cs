using System.Collections.Immutable;

namespace JobRequests.Gateway.Docs;

/// <summary>Which problems an operation can answer with.</summary>
internal static class OperationProblems
{
    /// <summary>Any request can meet these.</summary>
    private static readonly ImmutableArray<ProblemType> Any = [
        ProblemTypes.Unauthenticated, ProblemTypes.AddressTooLong, ProblemTypes.QuotaExceeded, ProblemTypes.HeadersTooLarge, ProblemTypes.Unavailable];

    /// <summary>A request with a body can meet these too.</summary>
    private static readonly ImmutableArray<ProblemType> WithBody = [
        ProblemTypes.OriginNotAllowed, ProblemTypes.RequestTimeout, ProblemTypes.PayloadTooLarge, ProblemTypes.UnsupportedMediaType];

    /// <summary>A question without a job or a request in its address.</summary>
    public static ImmutableArray<ProblemType> OfQuestion { get; } = [.. Any, ProblemTypes.Validation];

    /// <summary>A question about a job.</summary>
    public static ImmutableArray<ProblemType> OfJobQuestion { get; } = [.. OfQuestion, ProblemTypes.JobRequestNotFound];

    private static readonly ImmutableArray<ProblemType> AnyCommand =
    [
        .. OfJobQuestion, .. WithBody, ProblemTypes.IdempotencyKeyMissing, ProblemTypes.IdempotencyKeyMalformed, ProblemTypes.IdempotencyKeyReused,
        ProblemTypes.RequestInProgress,
        ProblemTypes.TooManyAttempts, ProblemTypes.Overloaded, ProblemTypes.DecisionTimeout, ProblemTypes.OutcomeUnknown,
        .. Types([Rejections.JobClosed, Rejections.DeadlinePassed, Rejections.VersionMismatch]),
    ];

    /// <summary>Many commands in one call, as a whole.</summary>
    public static ImmutableArray<ProblemType> OfBulk { get; } =
        [.. OfQuestion, .. WithBody, ProblemTypes.IdempotencyKeyMissing, ProblemTypes.IdempotencyKeyMalformed, ProblemTypes.Overloaded];

    /// <summary>A question about a request.</summary>
    public static ImmutableArray<ProblemType> OfRequestQuestion { get; } = [
        .. OfJobQuestion, ProblemTypes.IdempotencyKeyMalformed, ProblemTypes.RequestUnknown];

    /// <summary>What operators ask.</summary>
    public static ImmutableArray<ProblemType> OfOperator { get; } = [.. OfQuestion, ProblemTypes.AdministratorsOnly];

    /// <summary>What operators tell the service to do.</summary>
    public static ImmutableArray<ProblemType> OfOperatorCommand { get; } = [.. OfOperator, ProblemTypes.OriginNotAllowed];

    /// <summary>What operators tell the service to do with a body.</summary>
    public static ImmutableArray<ProblemType> OfOperatorWithBody { get; } = [.. OfOperator, .. WithBody];

    public static ImmutableArray<ProblemType> OfCommand(CommandRoute route) => [.. AnyCommand, .. Types(route.Rejections)];

    private static IEnumerable<ProblemType> Types(ImmutableArray<Rejection> rejections) =>
        rejections.Select(static rejection => ProblemTypes.OfRejection(rejection.Code));
}
