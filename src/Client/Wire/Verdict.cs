namespace JobRequests.Client.Wire;

/// <summary>What one answer says about the command.</summary>
internal enum VerdictKind
{
    /// <summary>SUCCESS.</summary>
    Done,

    /// <summary>FAIL.</summary>
    Denied,

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
}

/// <param name="Kind">What the answer says.</param>
/// <param name="Http">The answer as it came.</param>
/// <param name="Body">The part of it that describes the command.</param>
internal sealed record Verdict(VerdictKind Kind, HttpAnswer Http, CommandAnswer Body)
{
    private const string SameKey = "same-key";
    private static readonly CommandAnswer Nothing = new();

    public string Code => Body.Code ?? (Kind == VerdictKind.Undecided ? "DECISION_TIMEOUT" : HttpAnswer.CodeOfStatus(Http.Status));

    public string Message => Body.Title ?? (Kind == VerdictKind.Undecided ? "There is no decision yet." : $"The service answered with HTTP {Http.Status}.");

    public TimeSpan? RetryAfter => Body.Retry?.AfterMs is { } ms ? TimeSpan.FromMilliseconds(Math.Max(ms, 0)) : Http.RetryAfter;

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
            return new(VerdictKind.NotKnown, http, http.Read(WireJson.Default.CommandAnswer) ?? Nothing);
        if (http.Status != 200)
            return OfCommand(http);

        var status = http.Read(WireJson.Default.StatusAnswer);
        var body = status?.Result ?? status?.Problem ?? Nothing;
        return new((status?.State, status?.Outcome ?? body.Outcome) switch
        {
            ("DECIDED", "SUCCESS") => VerdictKind.Done,
            ("DECIDED", "FAIL") => VerdictKind.Denied,
            _ => VerdictKind.Undecided,
        }, http, body);
    }

    private static VerdictKind Judge(int status, CommandAnswer body) => (body.Outcome, status) switch
    {
        ("SUCCESS", _) => VerdictKind.Done,
        ("FAIL", _) => VerdictKind.Denied,
        ("TIMEOUT", _) => VerdictKind.Undecided,
        _ when body.Retry?.OutcomeKnown == false =>
            body.Retry.Advice == SameKey && status is not (404 or 422) ? VerdictKind.Undecided : VerdictKind.RefusedOutcomeUnknown,
        (_, 429 or 503) => VerdictKind.Busy,
        // 408 and what is neither of the service's nor a clear refusal (a proxy's 502, a page with status 200) says nothing about the command.
        (_, >= 400 and < 500 and not 408) => VerdictKind.Refused,
        _ => VerdictKind.Undecided,
    };
}
