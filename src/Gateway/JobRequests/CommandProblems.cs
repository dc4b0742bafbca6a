using System.Globalization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>The problem that a command without success ended in.</summary>
internal sealed class CommandProblems(IOptions<GatewayOptions> options, StatusSignature signature)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _tolerance = options.Value.ClockTolerance;

    public ProblemBody Describe(string traceId, CommandRequest request, CommandResult result)
    {
        var envelope = request.Envelope;
        var problem = result switch
        {
            CommandResult.Rejected failed => Failed(failed.Reply),
            CommandResult.NotEnqueued refused =>
                Of(refused.Refusal.Type, Certain(refused.Refusal.Type, refused.Refusal.RetryAfter)) with
                { Errors = refused.Refusal.Errors, Detail = ProblemWriter.DetailOf(refused.Refusal) },
            CommandResult.Unrecorded { IsCertain: true } unrecorded => Of(unrecorded.Type, Certain(unrecorded.Type, unrecorded.RetryAfter)),
            CommandResult.Unrecorded unrecorded => Of(unrecorded.Type, Open(unrecorded.Type, envelope, unrecorded.RetryAfter)),
            CommandResult.InProgress => Of(ProblemTypes.RequestInProgress, Open(ProblemTypes.RequestInProgress, envelope, AskAgainAfter)),
            CommandResult.Pending timedOut => TimedOut(envelope, timedOut.Enqueued, request.Preferences.Asynchronous),
            _ => throw new InvalidOperationException($"{result.GetType().Name} is not a problem."),
        };
        return problem with
        {
            Instance = AddressOf(request.Name, envelope.NotAfter,
                isSigned: result is not (CommandResult.NotEnqueued or CommandResult.Unrecorded { IsCertain: true })),
            JobRequestId = envelope.JobRequestId,
            TraceId = traceId
        };
    }

    /// <summary>The problem of a rule's "no".</summary>
    public static ProblemBody Failed(JobRequestReply.Rejected reply)
    {
        var type = ProblemTypes.OfRejection(reply.Code);
        var isMismatch = reply.Code == Rejections.VersionMismatch.Code;
        return Of(type, Certain(type, null)) with
        {
            Version = reply.Version,
            Detail = isMismatch
                ? string.Create(CultureInfo.InvariantCulture, $"The job was to be at version {reply.Expected}, but is at version {reply.Version}.") : null,
            Expected = isMismatch ? reply.Expected : null,
            Actual = isMismatch ? reply.Version : null,
        };
    }

    /// <summary>From when on the status route gives a certain answer.</summary>
    public DateTimeOffset OutcomeKnownAt(DateTimeOffset notAfter) =>
        notAfter < DateTimeOffset.MaxValue - _tolerance ? notAfter + _tolerance : DateTimeOffset.MaxValue;

    /// <summary>Where to ask what became of a command; works with every cache empty.</summary>
    public string AddressOf(StatusQuestion question) => AddressOf(question.Name, question.NotAfter, isSigned: true);

    /// <summary>The address for somebody who knows no deadline.</summary>
    public static string AddressOf(string key, string jobRequestId, string operation) => $"/v1/requests/{key}?job={jobRequestId}&op={operation}";

    private string AddressOf(RequestName name, DateTimeOffset? deadline, bool isSigned)
    {
        var address = AddressOf(name.Key, name.JobRequestId, name.Operation);
        if (deadline?.ToUnixTimeMilliseconds() is not { } notAfter) return address;
        address = string.Create(CultureInfo.InvariantCulture, $"{address}&notAfter={notAfter}");
        return isSigned ? $"{address}&sig={signature.Sign(name, notAfter)}" : address;
    }

    private ProblemBody TimedOut(CommandEnvelope envelope, Enqueued enqueued, bool asynchronous)
    {
        var type = enqueued == Enqueued.Yes ? ProblemTypes.DecisionTimeout : ProblemTypes.OutcomeUnknown;
        return Of(type, Open(type, envelope, AskAgainAfter)) with
        {
            Status = asynchronous ? StatusCodes.Status202Accepted : type.Status,
            Enqueued = enqueued,
        };
    }

    private static ProblemBody Of(ProblemType type, RetryBody retry) => new()
    {
        Type = type.Uri,
        Title = type.Title,
        Status = type.Status,
        Code = type.Code,
        Outcome = type.Outcome,
        Retry = retry,
        TraceId = "",
    };

    private static RetryBody Certain(ProblemType type, TimeSpan? after) => new(type.Advice, ProblemWriter.Milliseconds(after), OutcomeKnown: true, null);

    private RetryBody Open(ProblemType type, CommandEnvelope envelope, TimeSpan? after) =>
        new(type.Advice, ProblemWriter.Milliseconds(after), OutcomeKnown: false, OutcomeKnownAt(envelope.NotAfter));
}
