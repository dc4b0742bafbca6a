namespace JobRequests.Gateway.JobRequests;

/// <summary>Says why a request has its outcome, and when each step of its way was done. Asks the job itself; stores nothing.</summary>
internal sealed partial class ExplanationReader(
    StatusQuestionReader questions, IIdempotencyCache cache, IJobRequests jobs, SiloQuestions silos, CommandProblems problems, IOptions<GatewayOptions> options,
    TimeProvider time, ILogger<ExplanationReader> logger)
{
    public Task WriteExplanationAsync(HttpContext http, string key) => AnswerAsync(http, key, (question, explanation) =>
        http.Response.WriteAsJsonAsync(BodyOf(question, explanation), GatewayJson.Wire.ExplanationBody, contentType: null, http.RequestAborted));

    public Task WriteTimelineAsync(HttpContext http, string key) => AnswerAsync(http, key, async (question, explanation) =>
    {
        var name = question.Name;
        var body = explanation.Request is { } request
            ? new RequestTimelineBody(
                RequestStateBody.Decided, name.JobRequestId, name.Operation, name.Key, OutcomeOf(request), request.Code, request.Version, request.TraceId,
                await HopsAsync(question, explanation))
            : new RequestTimelineBody(RequestStateBody.Pending, name.JobRequestId, name.Operation, name.Key, null, null, explanation.JobVersion, null, []);
        await http.Response.WriteAsJsonAsync(body, GatewayJson.Wire.RequestTimelineBody, contentType: null, http.RequestAborted);
    });

    private async Task AnswerAsync(HttpContext http, string key, Func<StatusQuestion, RequestExplanation, Task> write)
    {
        CommandAnswerWriter.SetLink(http.Response);
        var (question, refusal) = await questions.ReadAsync(http, key);
        if (refusal is not null)
        {
            await ProblemWriter.WriteAsync(http, refusal);
            return;
        }

        var name = question!.Name;
        var asked = await silos.AskAsync(
            http, "an explanation", _ => jobs.ExplainAsync(name.JobRequestId, question.Caller, name.Operation, name.Key), name.JobRequestId);
        if (asked is not { Content: var explanation }) return;

        // Who may not know of the job is told what is true of every job that does not exist.
        if (explanation is null)
            await ProblemWriter.WriteAsync(
                http, new Refusal(name.Operation == Operations.Create ? ProblemTypes.RequestUnknown : ProblemTypes.JobRequestNotFound));
        else if (explanation.Request is null && question.NotAfter is null && await cache.FindAsync(name) is CachedRequest.None)
            await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.RequestUnknown), name.JobRequestId);
        else await write(question, explanation);
    }

    private ExplanationBody BodyOf(StatusQuestion question, RequestExplanation explanation)
    {
        var name = question.Name;
        var knownAt = question.NotAfter is { } notAfter ? problems.OutcomeKnownAt(notAfter) : (DateTimeOffset?)null;
        var body = new ExplanationBody
        {
            State = RequestStateBody.Pending,
            JobRequestId = name.JobRequestId,
            Operation = name.Operation,
            Key = name.Key,
            Summary = ExplanationText.Pending(knownAt),
            Version = explanation.JobVersion,
            Timeline = $"/v1/requests/{name.Key}/timeline?job={name.JobRequestId}&op={name.Operation}",
            Instance = problems.AddressOf(question),
        };
        if (explanation.Request is not { } request) return body with { Retry = new RetryBody(RetryAdvice.SameKey, null, OutcomeKnown: false, knownAt) };

        var isFail = request.Code is not null;
        return body with
        {
            State = RequestStateBody.Decided,
            Summary = ExplanationText.Of(explanation),
            Outcome = OutcomeOf(request),
            Rule = isFail ? RuleBody.Of(request.Code!) : null,
            Version = request.Version,
            Expected = request.Expected,
            Epoch = request.Epoch,
            Recorded = explanation.IsRecorded,
            Times = explanation.IsRecorded ? TimesBody.From(request.Times) : null,
            Position = PositionBody.From(request.Position),
            Because = isFail || request.Rank is not null ? BecauseBody.From(explanation.Because) : null,
            LostBy = LeadBody.From(explanation.LostBy),
            Rank = request.Rank,
            ReachedAt = explanation.ReachedAt,
            Wave = explanation.Wave,
            SignedBy = request.SignedBy,
            TraceId = request.TraceId,
            Trace = request.TraceId is { } trace ? options.Value.TraceLink?.Replace(GatewayOptions.TraceIdPlace, trace, StringComparison.Ordinal) : null,
        };
    }

    private async Task<IReadOnlyList<HopBody>> HopsAsync(StatusQuestion question, RequestExplanation explanation)
    {
        if (!explanation.IsRecorded) return [];
        var request = explanation.Request!;
        var (isViewed, viewedAt) = request.Code is null ? await FindInViewAsync(question, request.Version) : (false, null);
        return HopBody.Of(request, isViewed, viewedAt);
    }

    private async Task<(bool IsViewed, DateTimeOffset? At)> FindInViewAsync(StatusQuestion question, int version)
    {
        var job = question.Name.JobRequestId;
        try
        {
            var view = jobs.ReadViewAsync(job, question.Caller, minVersion: 0, TimeSpan.Zero);
            var at = jobs.ReadViewTimeAsync(job, version);
            await Task.WhenAll(view, at).WaitAsync(options.Value.ReadTimeout, time);
            return ((await view)?.Version >= version, await at);
        }
        catch (Exception exception)
        {
            // One hop less; the others are known.
            ViewNotAsked(logger, exception, job);
            return (false, null);
        }
    }

    private static string OutcomeOf(DecidedRequest request) => request.Code is null ? Outcomes.Success : Outcomes.Fail;

    [LoggerMessage(LogLevel.Warning, "The view of job {JobRequestId} could not be asked for the time of a change.")]
    private static partial void ViewNotAsked(ILogger logger, Exception exception, string jobRequestId);
}
