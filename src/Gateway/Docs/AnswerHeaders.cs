using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>The headers of answers: what each of them says, and which answers have it.</summary>
internal static class AnswerHeaders
{
    private const string Always = "*";

    // What kind of operation, which status, which headers: all rows that fit count.
    private static readonly (OperationKind Kind, string Status, string[] Names)[] Rows =
    [
        (OperationKind.Any, Always, ["Cache-Control", AnswerHeadersMiddleware.RequestId, CallerQuota.Header, CallerQuota.PolicyHeader]),
        (OperationKind.Any, "401", ["WWW-Authenticate", "Link"]),
        (OperationKind.Any, "429", ["Retry-After"]),
        (OperationKind.Any, "503", ["Retry-After"]),

        (OperationKind.Command, Always, ["Link", "Idempotency-Key", "Preference-Applied"]),
        (OperationKind.Command, "200", ["ETag", "Idempotency-Replayed"]),
        (OperationKind.Command, "201", ["ETag", "Idempotency-Replayed", "Location"]),
        (OperationKind.Command, "202", ["Location", "Retry-After", "Estimated-Decision-In"]),
        (OperationKind.Command, "403", ["Idempotency-Replayed"]),
        (OperationKind.Command, "409", ["Idempotency-Replayed", "Retry-After"]),
        (OperationKind.Command, "412", ["Idempotency-Replayed"]),
        (OperationKind.Command, "503", ["Estimated-Decision-In"]),
        (OperationKind.Command, "504", ["Retry-After"]),

        (OperationKind.Bulk, Always, ["Link"]),
        (OperationKind.Bulk, "200", ["Idempotency-Key", "Preference-Applied"]),

        (OperationKind.RequestState, Always, ["Link", "Preference-Applied"]),
        (OperationKind.RequestState, "200", ["Retry-After", "Idempotency-Replayed"]),
        (OperationKind.Explanation, Always, ["Link"]),

        (OperationKind.Job, "200", ["ETag", "Vary", "View-Lag-Ms"]),
        (OperationKind.Job, "304", ["ETag", "Vary", "View-Lag-Ms"]),
        (OperationKind.List, "200", ["Vary", "View-Lag-Ms", "Link"]),
        (OperationKind.Operator, "403", ["WWW-Authenticate"]),
        (OperationKind.Feed, "200", ["X-Accel-Buffering"]),
    ];

    private static readonly Dictionary<string, string> Descriptions = new(StringComparer.Ordinal)
    {
        ["Cache-Control"] = "Whether the answer may be kept: answers to commands and problems never are.",
        ["ETag"] = "The job's version, for If-Match and If-None-Match.",
        ["Estimated-Decision-In"] = "Seconds that a command sent now would wait for its decision, if that is known.",
        ["Idempotency-Key"] = "The key that was sent.",
        ["Idempotency-Replayed"] = "true on the answer of an earlier attempt.",
        ["Link"] = "The rules of keys (rel=\"describedby\"), or the next page (rel=\"next\").",
        ["Location"] = "The new job, or where to ask what became of the command.",
        ["Preference-Applied"] = "Which preferences were followed.",
        [CallerQuota.Header] = "What is left of the caller's share: r requests now, all of them again after t seconds.",
        [CallerQuota.PolicyHeader] = "The caller's share: q requests at once, and as many more each w seconds.",
        [AnswerHeadersMiddleware.RequestId] = "Finds the request in the service's logs and traces: traceId in problems.",
        ["Retry-After"] = "Seconds to wait before the next attempt.",
        ["Vary"] = "Each caller sees other jobs, and other parts of them.",
        ["View-Lag-Ms"] = "How far what was read may be behind, milliseconds, if that is known.",
        ["WWW-Authenticate"] = "What is wrong about the token, or that it does not allow this.",
        ["X-Accel-Buffering"] = "Asks proxies to pass events on at once.",
    };

    public static Dictionary<string, IOpenApiHeader> All(OpenApiDocument document) => Descriptions.ToDictionary(
        static header => header.Key,
        header =>
            (IOpenApiHeader)new OpenApiHeader { Description = header.Value, Schema = Vocabulary.Of(nameof(AnswerHeaders), header.Key).ToSchema(document) });

    public static Dictionary<string, IOpenApiHeader> Of(OperationKind kind, string status, OpenApiDocument document) => Rows
        .Where(row => (row.Kind == OperationKind.Any || row.Kind == kind) && (row.Status == Always || row.Status == status))
        .SelectMany(static row => row.Names).Distinct()
        .ToDictionary(static name => name, name => (IOpenApiHeader)new OpenApiHeaderReference(name, document));
}

/// <summary>Operations of one kind have the same headers.</summary>
internal enum OperationKind
{
    Any,

    /// <summary>Changes a job.</summary>
    Command,

    /// <summary>Creates many jobs.</summary>
    Bulk,

    /// <summary>Asks what became of a request.</summary>
    RequestState,

    /// <summary>Asks why.</summary>
    Explanation,

    /// <summary>Reads a job.</summary>
    Job,

    /// <summary>Reads many jobs.</summary>
    List,

    /// <summary>Follows jobs.</summary>
    Feed,

    /// <summary>For operators.</summary>
    Operator,
}
