namespace JobRequests.Client.Wire;

/// <summary>What one answer says about the command.</summary>
internal enum VerdictKind
{
    /// <summary>SUCCESS.</summary>
    Succeeded,

    /// <summary>FAIL.</summary>
    Rejected,

    /// <summary>It may have been enqueued; the outcome is to be asked for.</summary>
    Undecided,

    /// <summary>This attempt decided nothing and repeating it will not help, but an earlier or later delivery may still decide.</summary>
    RefusedOutcomeUnknown,

    /// <summary>The status route does not know the key: send the command again.</summary>
    NotKnown,

    /// <summary>429 or 503: this attempt was certainly not enqueued; try again later.</summary>
    Busy,

    /// <summary>This attempt was certainly not enqueued; repeating it will not help.</summary>
    Refused,

    /// <summary>No attempt with this key was executed, and none ever will be.</summary>
    NeverHappened,

    /// <summary>Not an answer of the service: a proxy's page, a redirect. It says nothing about the command.</summary>
    Foreign,
}

/// <param name="Kind">What the answer says.</param>
/// <param name="Http">The answer as it came.</param>
/// <param name="Body">The part of it that describes the command.</param>
internal sealed record Verdict(VerdictKind Kind, HttpAnswer Http, CommandAnswer Body)
{
    private const string SameKey = "same-key";
    private const string ForeignCode = "FOREIGN_ANSWER";
    private const string JobNotFound = "JOB_REQUEST_NOT_FOUND";
    private static readonly CommandAnswer Nothing = new();

    public string Code => Kind == VerdictKind.Foreign ? ForeignCode : Body.Code ?? "DECISION_TIMEOUT";

    public string Message => Kind == VerdictKind.Foreign ? Http.Foreign : Body.Title ?? "There is no decision yet";

    public TimeSpan? RetryAfter => Body.Retry?.AfterMs is { } ms ? TimeSpan.FromMilliseconds(Math.Clamp(ms, 0, int.MaxValue)) : Http.RetryAfter;

    /// <summary>True when an earlier attempt brought this outcome.</summary>
    public bool IsReplay => Body.Replayed ?? Http.Replayed;

    /// <summary>The answer to the command itself.</summary>
    public static Verdict OfCommand(HttpAnswer http)
    {
        var body = http.Read(WireJson.Default.CommandAnswer) ?? Nothing;
        return new(Judge(http.Status, body), http, body);
    }

    /// <summary>The answer of the status route.</summary>
    public static Verdict OfStatus(HttpAnswer http)
    {
        if (http.Status == 404)
        {
            var unknown = http.Read(WireJson.Default.CommandAnswer) ?? Nothing;
            return new(JudgeUnknown(unknown), http, unknown);
        }

        if (http.Status != 200)
            return OfCommand(http);

        var status = http.Read(WireJson.Default.StatusAnswer);
        var body = status?.Result ?? status?.Problem ?? Nothing;
        return new((status?.State, status?.Outcome) switch
        {
            ("DECIDED", "SUCCESS") when body.IsSuccess => VerdictKind.Succeeded,
            ("DECIDED", "FAIL") when body.IsProblem => VerdictKind.Rejected,
            ("PENDING", _) => VerdictKind.Undecided,
            _ => VerdictKind.Foreign,
        }, http, body);
    }

    // While the service sees no such job, sending again brings the same answer, and only puts off when it is certain.
    private static VerdictKind JudgeUnknown(CommandAnswer body) => body switch
    {
        { IsProblem: false } => VerdictKind.Foreign,
        { Code: JobNotFound, Retry: null or { OutcomeKnown: true } } => VerdictKind.NeverHappened,
        { Code: JobNotFound } => VerdictKind.RefusedOutcomeUnknown,
        _ => VerdictKind.NotKnown,
    };

    private static VerdictKind Judge(int status, CommandAnswer body) => (body.Outcome, status) switch
    {
        _ when body.IsSuccess => VerdictKind.Succeeded,
        _ when !body.IsProblem => VerdictKind.Foreign,
        ("FAIL", _) => VerdictKind.Rejected,
        ("TIMEOUT", _) => VerdictKind.Undecided,
        _ when body.Retry?.OutcomeKnown == false =>
            body.Retry.Advice == SameKey && status is not (404 or 422) ? VerdictKind.Undecided : VerdictKind.RefusedOutcomeUnknown,
        (_, 429 or 503) => VerdictKind.Busy,
        (_, >= 400 and < 500 and not 408) => VerdictKind.Refused,
        _ => VerdictKind.Undecided,
    };
}
