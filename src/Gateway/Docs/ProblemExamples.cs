using System.Globalization;
using System.Text.Json;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>An example of each problem, made by the code that answers with it.</summary>
/// <param name="problems">Describes the problems of commands.</param>
internal sealed class ProblemExamples(CommandProblems problems)
{
    public const string Key = "k1";
    public const string Task = "t1";

    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    /// <summary>The job that zoe's create with <see cref="Key"/> makes.</summary>
    public static readonly string Job = JobRequestId.Derive("zoe", Key);

    public static readonly DateTimeOffset Time = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>A TIMEOUT is 504, or 202 for who said that it would come back.</summary>
    public static bool IsToldAs(ProblemType type, string status) =>
        type.Status.ToString(CultureInfo.InvariantCulture) == status || (status == "202" && type.Status == StatusCodes.Status504GatewayTimeout);

    /// <summary>The problem of a command.</summary>
    /// <param name="type">The problem.</param>
    /// <param name="operation">One of <see cref="Operations"/>.</param>
    /// <param name="address">The address that was called.</param>
    /// <param name="isAccepted">The caller said that it would come back.</param>
    public OpenApiExample OfCommand(ProblemType type, string operation, string address, bool isAccepted)
    {
        if (ResultOf(type, operation) is not { } result)
            return Example(type, ProblemWriter.BodyOf(RefusalOf(type, operation), address, IsAboutJob(type, operation) ? Job : null, TraceId, isCommand: true));
        var envelope = new CommandEnvelope(Job, new Caller("zoe", false), Key, "", Time, Time
            + TimeSpan.FromSeconds(35), IfMatch: null, CommandRoute.Find(operation)!.ExampleCommand(Task), TraceParent: null);
        var preferences = new Preferences(TimeSpan.FromSeconds(5), isAccepted, Strict: type == ProblemTypes.RequestInProgress, Applied: null);
        return Example(type, problems.Describe(TraceId, new CommandRequest(envelope, preferences, StartedAt: 0, OutOfTime: null), result));
    }

    /// <summary>The problem of an operation that is no command.</summary>
    public static OpenApiExample Of(ProblemType type, OperationKind kind, string address, bool isPost)
    {
        if (kind == OperationKind.RequestState && type.Status == StatusCodes.Status404NotFound)
            return Example(
                type, StatusReader.Unknown(type, Job, CommandProblems.AddressOf(Key, Job, Operations.Create), TraceId, isCertain: false, outcomeKnownAt: null));
        var refusal = type == ProblemTypes.Validation ? Refusal.Field(WrongField(kind).Field, WrongField(kind).Message)
            : type == ProblemTypes.IdempotencyKeyMissing ? IdempotencyKey.Missing
            : type == ProblemTypes.IdempotencyKeyMalformed ? new Refusal(type, [new FieldError("key", "must be 1 to 64 letters, digits, _ and -")])
            : type.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? new Refusal(type, RetryAfter: RetryAfter)
            : new Refusal(type);
        return Example(type, ProblemWriter.BodyOf(refusal, address, jobRequestId: null, TraceId, isPost));
    }

    /// <summary>What the job or the admission says; null for what is found wrong before there is a command.</summary>
    private static CommandResult? ResultOf(ProblemType type, string operation)
    {
        if (type.Outcome == Outcomes.Fail)
            return new CommandResult.Rejected(
                new JobRequestReply.Rejected(type.Code, 2, Replayed: false, type.Code == Rejections.VersionMismatch.Code ? 1 : null));
        if (type == ProblemTypes.JobRequestNotFound)
            return operation == Operations.Create
                ? new CommandResult.NotEnqueued(PreviousJob.NotFound)
                : CommandExecutor.ResultOf(new JobRequestReply.NotFound());
        if (type == ProblemTypes.TooManyAttempts) return CommandExecutor.ResultOf(new JobRequestReply.TooManyAttempts());
        if (type == ProblemTypes.IdempotencyKeyReused) return CommandExecutor.ResultOf(new JobRequestReply.KeyReused(true));
        if (type == ProblemTypes.RequestInProgress) return new CommandResult.InProgress();
        if (type == ProblemTypes.DecisionTimeout) return new CommandResult.Pending(Enqueued.Yes);
        if (type == ProblemTypes.OutcomeUnknown) return new CommandResult.Pending(Enqueued.Unknown);
        return type == ProblemTypes.Overloaded || type == ProblemTypes.Unavailable
            ? new CommandResult.NotEnqueued(new Refusal(type, RetryAfter: RetryAfter))
            : null;
    }

    private static Refusal RefusalOf(ProblemType type, string operation) => type switch
    {
        _ when type == ProblemTypes.Validation =>
            operation == Operations.Create
                ? Refusal.Field("candidates[1]", "is a duplicate")
            : Refusal.Field("Prefer", "wait must be a whole number of seconds"),
        _ when type == ProblemTypes.IdempotencyKeyMissing => IdempotencyKey.Missing,
        _ when type == ProblemTypes.IdempotencyKeyMalformed => IdempotencyKey.Malformed,
        _ when type == ProblemTypes.QuotaExceeded => new Refusal(type, RetryAfter: RetryAfter),
        _ => new Refusal(type),
    };

    // Who is not known, or asks too often, is refused before the address is looked at.
    private static bool IsAboutJob(ProblemType type, string operation) =>
        operation != Operations.Create && type != ProblemTypes.Unauthenticated && type != ProblemTypes.QuotaExceeded;

    private static FieldError WrongField(OperationKind kind) => kind switch
    {
        OperationKind.Job => new("consistency", "must be strong, or left out"),
        OperationKind.RequestState or OperationKind.Explanation => new("op", "is required with job"),
        OperationKind.Bulk => new("", $"must have 1 to {BulkEndpoint.MaxLines} lines"),
        OperationKind.Feed => new("Last-Event-ID", "must be one id of an event of this feed"),
        _ => new("limit", $"must be a whole number from 1 to {JobListQuery.MaxLimit}"),
    };

    private static OpenApiExample Example(ProblemType type, ProblemBody body) => new()
    {
        Summary = type.Title,
        Value = JsonSerializer.SerializeToNode(body, GatewayJson.Wire.ProblemBody),
    };
}
