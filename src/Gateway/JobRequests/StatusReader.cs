namespace JobRequests.Gateway.JobRequests;

/// <summary>Says what became of a request: decided, pending, or nothing known. With <c>Prefer: wait</c> it waits for the outcome.</summary>
internal sealed class StatusReader(
    StatusQuestionReader questions, IIdempotencyCache cache, OutcomeWaiter outcomes, WatchLimit limit, CommandProblems problems,
    IOptions<GatewayOptions> options, TimeProvider time)
{
    private const int AskAgainMs = 1_000;

    public async Task WriteAsync(HttpContext http, string key)
    {
        var startedAt = time.GetTimestamp();
        CommandAnswerWriter.SetLink(http.Response);
        var (question, refusal) = await questions.ReadAsync(http, key);
        if (refusal is not null)
        {
            await ProblemWriter.WriteAsync(http, refusal);
            return;
        }

        if (question!.Preferences.Applied is { } applied) http.Response.Headers["Preference-Applied"] = applied;
        var known = await cache.FindAsync(question.Name);
        if (known is CachedRequest.Decided decided)
        {
            await WriteDecidedAsync(http, question, AsReplay(decided.Reply));
            return;
        }

        if (limit.Enter(question.Caller.Person) is { } beyond)
        {
            await ProblemWriter.WriteAsync(http, beyond, question.Name.JobRequestId);
            return;
        }

        try
        {
            var query = new OutcomeQuery(question.Caller, question.Name.Operation, question.Name.Key, Fingerprint: null, ReceivedAt: null, question.NotAfter);
            var wait = question.Preferences.Wait;
            var timeout = OutcomeWaiter.TimeoutUntil(options.Value.ReadTimeout, wait);
            var answer = await outcomes.WaitAsync(question.Name.JobRequestId, query, startedAt, wait, timeout, http.RequestAborted);
            if (answer.Reply is JobRequestReply.NotFound) await NotFoundTime.WaitAsync(time, startedAt, http.RequestAborted);
            await WriteAsync(http, question, answer, isInFlight: known is CachedRequest.InFlight);
        }
        finally
        {
            limit.Leave(question.Caller.Person);
        }
    }

    private Task WriteAsync(HttpContext http, StatusQuestion question, OutcomeAnswer answer, bool isInFlight) => answer switch
    {
        { Reply: JobRequestReply.Succeeded or JobRequestReply.Rejected } => WriteDecidedAsync(http, question, answer.Reply),
        { Reply: JobRequestReply.NotFound } when question.Name.Operation != Operations.Create =>
            WriteUnknownAsync(http, question, ProblemTypes.JobRequestNotFound),
        { Reply: null, Answered: false } =>
            ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered()), question.Name.JobRequestId),
        { Reply: JobRequestReply.TooManyAttempts } =>
            ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.TooManyAttempts, RetryAfter: TimeSpan.FromSeconds(30)), question.Name.JobRequestId),
        _ when isInFlight || question.NotAfter is not null => WritePendingAsync(http, question),
        _ => WriteUnknownAsync(http, question, ProblemTypes.RequestUnknown),
    };

    private Task WriteDecidedAsync(HttpContext http, StatusQuestion question, JobRequestReply reply)
    {
        var name = question.Name;
        if (reply is JobRequestReply.Succeeded { Replayed: true } or JobRequestReply.Rejected { Replayed: true })
            CommandAnswerWriter.SetReplayed(http.Response);
        var body = reply is JobRequestReply.Succeeded success
            ? new RequestStateBody(RequestStateBody.Decided, Outcomes.Success, Result: SuccessBody.Of(name.JobRequestId, name.Key, success))
            : new RequestStateBody(RequestStateBody.Decided, Outcomes.Fail, Problem: CommandProblems.Failed((JobRequestReply.Rejected)reply) with
            {
                Instance = problems.AddressOf(question),
                JobRequestId = name.JobRequestId,
                TraceId = Tracing.IdOf(http),
            });
        return WriteAsync(http, body);
    }

    private Task WritePendingAsync(HttpContext http, StatusQuestion question)
    {
        ProblemWriter.SetRetryAfter(http.Response, AskAgainMs);
        return WriteAsync(http, new RequestStateBody(RequestStateBody.Pending, Retry: OpenRetry(question)));
    }

    // Without notAfter nothing is recorded, so a command that is still on its way may be decided later. Once notAfter has surely passed, it cannot.
    private Task WriteUnknownAsync(HttpContext http, StatusQuestion question, ProblemType type)
    {
        var isCertain = question.NotAfter is { } notAfter && problems.OutcomeKnownAt(notAfter) <= time.GetUtcNow();
        return ProblemWriter.WriteAsync(
            http, Unknown(type, question.Name.JobRequestId, problems.AddressOf(question), Tracing.IdOf(http), isCertain, OpenRetry(question).OutcomeKnownAt));
    }

    public static ProblemBody Unknown(
        ProblemType type, string jobRequestId, string instance, string traceId, bool isCertain, DateTimeOffset? outcomeKnownAt) => new()
        {
            Type = type.Uri,
            Title = type.Title,
            Status = type.Status,
            Code = type.Code,
            Instance = instance,
            JobRequestId = jobRequestId,
            Retry = new RetryBody(type.Advice, AfterMs: null, isCertain, outcomeKnownAt),
            TraceId = traceId,
        };

    private RetryBody OpenRetry(StatusQuestion question) => new(
        RetryAdvice.SameKey, AskAgainMs, OutcomeKnown: false, question.NotAfter is { } notAfter ? problems.OutcomeKnownAt(notAfter) : null);

    private static JobRequestReply AsReplay(JobRequestReply reply) => reply switch
    {
        JobRequestReply.Succeeded success => success with { Replayed = true },
        JobRequestReply.Rejected rejected => rejected with { Replayed = true },
        _ => reply,
    };

    private static Task WriteAsync(HttpContext http, RequestStateBody body) =>
        http.Response.WriteAsJsonAsync(body, GatewayJson.Wire.RequestStateBody, contentType: null, http.RequestAborted);
}
