using System.Collections.Frozen;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>What the words of the API mean. A word means the same in every body, address, query and header; the few exceptions name their owner.</summary>
internal static class Vocabulary
{
    private static readonly ValueForm JobStatus = ValueForm.OneOf(JobListQuery.Statuses) with { Name = "JobStatus" };
    private static readonly ValueForm EventType =
        ValueForm.OneOf(typeof(JobRequestEvent).GetNestedTypes().Select(static type => type.Name)) with { Name = "JobEventType" };
    private static readonly ValueForm Operation = ValueForm.OneOf(Operations.All) with { Name = "JobOperation" };
    private static readonly ValueForm Answer = ValueForm.OneOf(Enum.GetNames<CandidateAnswer>()) with { Name = "CandidateAnswer" };

    /// <summary>Values that have a name of their own among the document's schemas.</summary>
    public static readonly ValueForm[] Named = [JobStatus, EventType, Operation, Answer];

    private static readonly ValueForm Job = ValueForm.Text with { Format = "uuid" };
    private static readonly ValueForm Key = ValueForm.Text with { Pattern = $"^[A-Za-z0-9_-]{{1,{WellFormed.MaxName}}}$" };
    private static readonly ValueForm Person = ValueForm.Text with { Pattern = $"^[A-Za-z0-9_.@-]{{1,{WellFormed.MaxName}}}$" };
    private static readonly ValueForm TaskId = ValueForm.Text with { Pattern = $"^[A-Za-z0-9_.-]{{1,{WellFormed.MaxName}}}$" };
    private static readonly ValueForm ShortText = ValueForm.Text with { MaxLength = WellFormed.MaxText };
    private static readonly ValueForm LongText = ValueForm.Text with { MaxLength = WellFormed.MaxLongText };
    private static readonly ValueForm Degrees = new(JsonSchemaType.Number);
    private static readonly ValueForm Version = ValueForm.Integer with { Minimum = 1 };
    private static readonly ValueForm Address = ValueForm.Text with { Format = "uri-reference" };
    private static readonly ValueForm Decided = ValueForm.OneOf(Outcomes.Success, Outcomes.Fail);
    private static readonly ValueForm State = ValueForm.OneOf(RequestStateBody.Pending, RequestStateBody.Decided);
    private static readonly ValueForm Seconds = ValueForm.Integer;
    private static readonly ValueForm LogPlace = ValueForm.Text with { Pattern = "^[0-9]+:[0-9]+$" };
    private static readonly ValueForm JobEventId = ValueForm.Text with { Pattern = "^[0-9a-fA-F-]{36}:[0-9]+$" };
    private static readonly ValueForm VersionTag = ValueForm.Text with { Pattern = "^\"[0-9]+\"$" };

    private static readonly FrozenDictionary<string, ValueForm> Words = new Dictionary<string, ValueForm>
    {
        // Who and what
        ["jobRequestId"] = Job,
        ["job"] = Job,
        ["previous"] = Job,
        ["id"] = Job,
        ["key"] = Key,
        ["requestKey"] = Key,
        ["requestId"] = Key,
        ["Idempotency-Key"] = ValueForm.Text with { Pattern = $"^(?:[A-Za-z0-9_-]{{1,{WellFormed.MaxName}}}|\"[A-Za-z0-9_-]{{1,{WellFormed.MaxName}}}\")$" },
        ["requester"] = Person,
        ["candidate"] = Person,
        ["acceptedBy"] = Person,
        ["promoted"] = Person,
        ["waiting"] = Person,
        ["addCandidates"] = Person with { Distinct = true },
        ["by"] = Person,
        ["candidates"] = Person with { Distinct = true },
        ["JobCandidate.id"] = Person,
        ["task"] = TaskId,
        ["JobTask.id"] = TaskId,
        ["NewJobTask.id"] = TaskId with { Pattern = $"^(?!\\.{{1,2}}$)[A-Za-z0-9_.-]{{1,{WellFormed.MaxName}}}$" },
        ["title"] = ShortText,
        ["name"] = ShortText,
        ["reason"] = ShortText,
        ["role"] = ValueForm.OneOf(Enum.GetNames<DispatcherRole>()),
        ["removed"] = ValueForm.OneOf(JobMembers.All),
        ["ifTaken"] = ValueForm.OneOf(AcceptJobRequest.Standby),
        ["size"] = ValueForm.Integer with { Minimum = 1 },
        ["seconds"] = ValueForm.Integer with { Minimum = WellFormed.MinWaveSeconds },
        ["confirmSeconds"] = ValueForm.Integer with { Minimum = WellFormed.MinConfirmSeconds },
        ["wave"] = ValueForm.Integer with { Minimum = 1 },
        ["rank"] = ValueForm.Integer with { Minimum = 1 },
        ["CreateJobRequest.description"] = LongText,
        ["AmendJobRequest.description"] = LongText,
        ["Job.description"] = LongText,
        ["JobDetails.description"] = LongText,
        ["instructions"] = LongText,
        ["NewJobPlace.text"] = ShortText,
        ["JobPlace.text"] = ShortText,
        ["latitude"] = Degrees with { Minimum = -90, Maximum = 90 },
        ["longitude"] = Degrees with { Minimum = -180, Maximum = 180 },
        [QueryParameters.AnyMetadata] = ValueForm.Text with { MaxLength = WellFormed.MaxMetadataValue },
        ["q"] = ShortText,
        ["NewJobTask.done"] = ValueForm.Boolean with { Values = [false] },

        // Where it stands
        ["status"] = JobStatus,
        ["standing"] = ValueForm.OneOf(JobListQuery.Standings),
        ["answer"] = Answer,
        ["version"] = Version,
        ["epoch"] = Version,
        ["lostTo"] = Version,
        ["expected"] = ValueForm.Integer,
        // A create is decided before there is a version.
        ["Problem.version"] = ValueForm.Integer,
        ["CommandPrediction.version"] = ValueForm.Integer,
        ["TimelineEntry.version"] = ValueForm.Integer,
        ["TimelineEntry.epoch"] = ValueForm.Integer,
        ["RequestExplanation.version"] = ValueForm.Integer,
        ["RequestExplanation.epoch"] = ValueForm.Integer,
        ["RequestTimeline.version"] = ValueForm.Integer,
        ["JobEvent.type"] = EventType,
        ["JobFeedEvent.type"] = EventType,
        ["DecidingEvent.type"] = EventType,

        // What became of a command
        ["operation"] = Operation,
        ["op"] = Operation,
        ["outcome"] = Decided,
        ["state"] = State,
        ["CommandSuccess.outcome"] = ValueForm.OneOf(Outcomes.Success),
        ["BulkLine.line"] = ValueForm.Integer with { Minimum = 1, Maximum = BulkEndpoint.MaxLines },
        ["BulkLine.status"] = ValueForm.Integer with { Minimum = 201, Maximum = 599 },
        ["CommandDryRun.outcome"] = ValueForm.OneOf(Outcomes.DryRun),
        ["CommandDryRun.dryRun"] = ValueForm.Boolean with { Values = [true] },
        ["CommandPending.outcome"] = ValueForm.OneOf(Outcomes.Timeout),
        ["CommandPending.status"] = ValueForm.Integer with { Values = [202] },
        ["Problem.outcome"] = ValueForm.OneOf(Outcomes.Fail, Outcomes.Timeout, Outcomes.Refused),
        ["Problem.status"] = ValueForm.Integer with { Minimum = 400, Maximum = 599 },
        ["code"] = ValueForm.Text with { Pattern = "^[A-Z][A-Z0-9_]*$" },
        ["type"] = Address,
        ["instance"] = Address,
        ["timeline"] = Address,
        ["trace"] = Address,
        ["advice"] = ValueForm.OneOf(RetryAdvice.SameKey, RetryAdvice.NewKey, RetryAdvice.DoNot),
        ["traceId"] = ValueForm.Text with { MinLength = 1 },
        ["hop"] = ValueForm.OneOf("received", "written", "read", "decided", "committed", "published", "viewed"),
        ["measured"] = ValueForm.OneOf(Lead.InLog, Lead.AtGateway, Lead.AtDecision),
        ["Problem.title"] = ValueForm.Text,
        ["detail"] = ValueForm.Text,
        ["CommandPending.title"] = ValueForm.Text,
        ["DecidingRule.title"] = ValueForm.Text,
        ["summary"] = ValueForm.Text,
        ["text"] = ValueForm.Text,
        ["field"] = ValueForm.Text,
        ["message"] = ValueForm.Text,

        // Queries
        ["dryRun"] = ValueForm.Boolean with { Default = false },
        ["consistency"] = ValueForm.OneOf("strong"),
        ["minVersion"] = ValueForm.Integer,
        ["limit"] = ValueForm.Integer with { Minimum = 1, Maximum = JobListQuery.MaxLimit, Default = JobListQuery.DefaultLimit },
        ["cursor"] = ValueForm.Text with { Pattern = "^[A-Za-z0-9_-]*$" },
        ["next"] = ValueForm.Text with { Pattern = "^[A-Za-z0-9_-]+$" },
        ["notAfter"] = ValueForm.Integer with { Format = "int64" },
        ["sig"] = ValueForm.Text,
        ["startsFrom"] = ValueForm.Time,
        ["startsTo"] = ValueForm.Time,
        ["from"] = ValueForm.Time,
        ["to"] = ValueForm.Time,

        // Headers
        ["Prefer"] = ValueForm.Text,
        ["Preference-Applied"] = ValueForm.Text,
        ["If-Match"] = VersionTag,
        ["ETag"] = VersionTag,
        ["If-None-Match"] = ValueForm.Text,
        // No date-time: NSwag writes one into a header without its offset, if its client compiles at all.
        ["Request-Deadline"] = ValueForm.Text with { Pattern = @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$" },
        ["Last-Event-ID"] = ValueForm.Text,
        ["followJob.Last-Event-ID"] = JobEventId,
        ["lastEventId"] = ValueForm.Text,
        ["followJob.lastEventId"] = JobEventId,
        ["Location"] = Address,
        ["Link"] = ValueForm.Text,
        ["Vary"] = ValueForm.Text,
        ["Cache-Control"] = ValueForm.Text,
        ["WWW-Authenticate"] = ValueForm.Text,
        [CallerQuota.Header] = ValueForm.Text,
        [CallerQuota.PolicyHeader] = ValueForm.Text,
        [AnswerHeadersMiddleware.RequestId] = ValueForm.Text with { MinLength = 1 },
        ["Retry-After"] = Seconds,
        ["Estimated-Decision-In"] = Seconds,
        ["View-Lag-Ms"] = ValueForm.Integer with { Format = "int64" },
        ["Idempotency-Replayed"] = ValueForm.Boolean with { Values = [true] },
        ["X-Accel-Buffering"] = ValueForm.OneOf("no"),

        // Operators
        ["SiloStatus.status"] = ValueForm.OneOf(Enum.GetNames<SiloStatus>()),
        ["DependencyStatus.status"] = ValueForm.OneOf(Enum.GetNames<HealthStatus>()),
        ["VerificationResult.state"] = ValueForm.OneOf("clean", "violations", "unknown", "running"),
        ["ViewRebuild.state"] = ValueForm.OneOf(Enum.GetNames<ViewRebuildState>()),
        ["gateway"] = ValueForm.Text,
        ["address"] = ValueForm.Text,
        ["description"] = ValueForm.Text,
        ["docs"] = ValueForm.Text,
        ["error"] = ValueForm.Text,
        ["problem"] = ValueForm.Text,
        ["notes"] = ValueForm.Text,
        ["different"] = Job,
        ["invariant"] = ValueForm.Text with { Pattern = "^I[0-9]+$" },
        ["evidence"] = ValueForm.Text,
        ["caller"] = ValueForm.Text,
        ["signedBy"] = ValueForm.Text,
        ["SiloStatus.name"] = ValueForm.Text,
        ["GatewayStatus.name"] = ValueForm.Text,
        ["Violation.job"] = ValueForm.Text,
        ["Violation.key"] = ValueForm.Text,

        // Commands that were set aside: nobody vouches for what a record that could not be read says.
        ["DeadLetterGroup.job"] = ValueForm.Text,
        ["DeadLetter.job"] = ValueForm.Text,
        ["DeadLetterGroup.reason"] = ValueForm.Text,
        ["DeadLetter.reason"] = ValueForm.Text,
        ["lastError"] = ValueForm.Text,
        ["block"] = ValueForm.OneOf("begin", "behind"),
        ["topic"] = ValueForm.Text,
        ["stream"] = ValueForm.OneOf(StreamNames.Requests, StreamNames.FinalEvents),
        ["place"] = LogPlace,
        ["nextCursor"] = LogPlace,
        ["readDeadLetters.cursor"] = LogPlace,
        ["readDeadLetters.limit"] = ValueForm.Integer with { Minimum = 1, Maximum = 500, Default = 100 },
        ["ended"] = ValueForm.Text,
        ["failedAgain"] = ValueForm.Text,
        ["unfinished"] = ValueForm.Text,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="owner">The schema or operation that the word belongs to.</param>
    /// <param name="word">A member, a parameter or a header.</param>
    public static ValueForm? Find(string owner, string word) => Words.GetValueOrDefault($"{owner}.{word}") ?? Words.GetValueOrDefault(word);

    /// <summary>As <see cref="Find"/>, for what has no other description.</summary>
    public static ValueForm Of(string owner, string word) =>
        Find(owner, word) ?? throw new InvalidOperationException($"The vocabulary does not know {word} of {owner}.");
}
