using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>Examples of answers that succeed: zoe offers a job to ann and bob, and ann takes it.</summary>
internal static class AnswerExamples
{
    private static readonly string Job = ProblemExamples.Job;
    private static readonly DateTimeOffset Start = ProblemExamples.Time;

    private static readonly Dictionary<string, JobSnapshot> After = Play();

    private static readonly JobHistory History = new(Job, 2,
    [
        new(Job, 1, JobEventVisibility.JobRequested, Start, "zoe", ProblemExamples.Key, 1,
            new JobEventData(["ann", "bob"], After[Operations.Create].Tasks, "Clean the windows")),
        new(Job, 2, nameof(JobRequestEvent.JobAccepted), At(1), "ann", "k2", 1, JobEventData.None),
    ]);

    private static readonly RequestTimes Times = new(At(1), At(1.001), At(1.002), At(1.003), At(1.006), At(1.007));

    private static readonly DecidedRequest Won = new(
        "ann", Operations.Accept, "k2", Code: null, 2, Expected: null, 1, Times, new LogPosition(3, 17), "4bf92f3577b34da6a3ce929d0e0e4736");

    private static readonly DecidedRequest Lost = Won with
    { Caller = "bob", Key = "k3", Code = Rejections.AlreadyAccepted.Code, Position = new LogPosition(3, 18) };

    // As bob sees it: who was faster is not told.
    private static readonly RequestExplanation Explanation =
        new(Job, 2, Lost, IsRecorded: true, new DecidingFact(2, nameof(JobRequestEvent.JobAccepted), At(1), By: null, Request: null), new Lead(38, Lead.InLog));

    private static readonly Dictionary<string, (string Name, object Body)[]> Reads = new(StringComparer.Ordinal)
    {
        ["listJobs"] = [("page", new JobListBody([JobBody.From(After[Operations.Create])], null))],
        ["countJobs"] = [
            ("counts", JobCountsBody.From(new JobCounts(ImmutableDictionary<string, long>.Empty.Add(nameof(JobStatus.Open), 1), IsComplete: true)))],
        ["readJob"] = [("requester", JobBody.From(After[Operations.Create])), ("candidate", JobBody.From(After[Operations.Accept]))],
        ["readJobHistory"] = [("history", HistoryBody.From(History))],
        ["createJobs"] =
        [
            ("created", BulkLineBody.Of(1, Success(Operations.Create))),
            ("refused", BulkLineBody.Of(2,
                ProblemWriter.BodyOf(Refusal.Field("candidates[1]", "is a duplicate"), "/v1/job-requests/bulk", null, Lost.TraceId!, isCommand: true))),
        ],
        ["readRequestState"] =
        [
            ("succeeded", new RequestStateBody(RequestStateBody.Decided, Outcomes.Success, Result: Success(Operations.Accept))),
            ("failed",
                new RequestStateBody(RequestStateBody.Decided, Outcomes.Fail,
                    Problem: CommandProblems.Failed(new JobRequestReply.Rejected(Lost.Code!, 2, Replayed: true, Expected: null)) with
            {
                Instance = CommandProblems.AddressOf("k3", Job, Operations.Accept), JobRequestId = Job, TraceId = Lost.TraceId!,
            })),
            ("pending", new RequestStateBody(RequestStateBody.Pending, Retry: new RetryBody(RetryAdvice.SameKey, 1_000, OutcomeKnown: false, At(37)))),
        ],
        ["explainRequest"] = [("lost", new ExplanationBody
        {
            State = RequestStateBody.Decided,
            JobRequestId = Job,
            Operation = Operations.Accept,
            Key = "k3",
            Summary = ExplanationText.Of(Explanation),
            Outcome = Outcomes.Fail,
            Rule = RuleBody.Of(Lost.Code!),
            Version = Lost.Version,
            Epoch = Lost.Epoch,
            Recorded = true,
            Times = TimesBody.From(Lost.Times),
            Position = PositionBody.From(Lost.Position),
            Because = BecauseBody.From(Explanation.Because),
            LostBy = LeadBody.From(Explanation.LostBy),
            TraceId = Lost.TraceId,
            Timeline = $"/v1/requests/k3/timeline?job={Job}&op={Operations.Accept}",
            Instance = CommandProblems.AddressOf("k3", Job, Operations.Accept),
        })],
        ["readRequestTimeline"] = [("decided", new RequestTimelineBody(
            RequestStateBody.Decided, Job, Operations.Accept, "k2", Outcomes.Success, Code: null, 2, Won.TraceId, HopBody.Of(Won, isViewed: true, At(1.009))))],
        ["readJobTimeline"] = [
            ("race", JobTimelineBody.From(new JobTimeline(Job, 2, [new(Won, LostTo: null, LostBy: null), new(Lost, 2, new Lead(38, Lead.InLog))])))],
        ["readStatistics"] = [("day", StatisticsBody.Of(
            new StatisticsQuery(Start.AddDays(-1), Start.AddDays(1), "ann"),
            new JobStatistics([new(Start, Figures)], [new("ann", Figures)], 1, IsComplete: true)))],
        ["followJobs"] = [("data", FeedEventBody.From(History.Events[1]))],
        ["followJob"] = [("data", FeedEventBody.From(History.Events[0]))],
        ["readServiceStatus"] = [("healthy", new OperationsStatusBody(
            At(60), "gateway-1", new CommandFiguresBody(
                12.5, new Dictionary<string, long> { [Outcomes.Success] = 700, [Outcomes.Fail] = 50 }, new Dictionary<string, long>(),
                new LatencyBody(4, 9, 20), new LatencyBody(null, null, null), 1, 0),
            new BacklogBody(IsReachable: true, 0, 0, [new PartitionBody(0, 0, null, 0, IsStalled: false)]),
            [new SiloBody("10.0.0.7:11111@1", "silo-1", nameof(SiloStatus.Active), Start)], [new GatewayBody("gateway-1", At(60), 12.5, 1)],
            new Dictionary<string, DependencyBody> { ["storage"] = new(nameof(HealthStatus.Healthy), null, null) }))],
        ["readVerification"] = [Verified],
        ["runVerification"] = [Verified],
        ["rebuildViews"] = [Rebuilt],
        ["readViewRebuild"] = [Rebuilt],
        ["readDeadLetters"] = [("waiting", new DeadLetterBody(
            1, 1, [new DeadLetterGroupBody(Job, "HandlerFailed", 1, At(90), "The job could not be stored.", Blocked: true)],
            [new DeadLetterCommandBody("0:17", Job, "HandlerFailed", "The job could not be stored.", 5, At(90), "begin",
                new DeadLetterOriginBody("requests", 3, 19, At(80)))], null))],
        ["deadLetterOldestRecord"] = [("done", new DeadLetterOldestBody(DeadLettered: true))],
        ["replayDeadLetters"] = [("done", new ReplayDeadLetterBody(DryRun: false, 1, 0, [Job], [], []))],
    };

    private static StatisticsFigures Figures => new(1, 1, 1, 0, TimeSpan.FromSeconds(1));

    private static (string, object) Verified =>
        ("clean", VerificationBody.From(new VerificationStatus(IsRunning: false, At(3_600), IsClean: true, 1, 0, [], [], null)));

    private static (string, object) Rebuilt => ("done", new ViewRebuildBody(nameof(ViewRebuildState.Done), At(3_600), At(3_601), 1, 0, [], null));

    /// <summary>Of an operation that is no command.</summary>
    public static Dictionary<string, IOpenApiExample> Of(string operationId) =>
        Reads[operationId].ToDictionary(static example => example.Name, static example => (IOpenApiExample)Example(example.Body));

    /// <summary>Of a command that was executed.</summary>
    public static (string Name, IOpenApiExample Example) Done(string operation) => ("done", Example(Success(operation)));

    /// <summary>Of a command that was only tried.</summary>
    public static (string Name, IOpenApiExample Example) Tried(string operation) =>
        ("dryRun", Example(DryRunBody.Of(Outcomes.Success, null, After[operation].Version)));

    private static SuccessBody Success(string operation) =>
        SuccessBody.Of(Job, operation == Operations.Create ? ProblemExamples.Key : "k2",
            new JobRequestReply.Succeeded(After[operation].Version, After[operation], Replayed: false));

    /// <summary>What each command leaves behind as its caller sees it, where it can first succeed on the way from the offer to the finished job.</summary>
    private static Dictionary<string, JobSnapshot> Play()
    {
        var job = Execute(JobRequest.Initial, Operations.Create, "zoe")!;
        var after = new Dictionary<string, JobSnapshot>(StringComparer.Ordinal) { [Operations.Create] = AsSeenBy("zoe", job) };
        foreach (var next in (string[])[Operations.Accept, Operations.Start, Operations.FinishTask, Operations.Finish])
        {
            foreach (var operation in Operations.All)
                foreach (var person in (string[])["ann", "zoe"])
                    if (Execute(job, operation, person) is { } done) after.TryAdd(operation, AsSeenBy(person, done));
            job = Execute(job, next, "ann")!;
        }

        return after;
    }

    private static JobRequest? Execute(JobRequest job, string operation, string person) =>
        JobRequestDecider.Decide(job, CommandRoute.Find(operation)!.ExampleCommand(ProblemExamples.Task), person, Start) is JobRequestDecision.Succeeded done
            ? done.Events.Aggregate(job, JobRequest.Evolve)
            : null;

    private static JobSnapshot AsSeenBy(string person, JobRequest job) => JobSnapshot.Of(new JobView(Job, job), new Caller(person, IsAdmin: false))!;

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    private static OpenApiExample Example(object body) => new() { Value = JsonSerializer.SerializeToNode(body, body.GetType(), GatewayJson.Wire) };
}
