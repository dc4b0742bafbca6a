using System.Collections.Frozen;
using System.Collections.Immutable;

namespace JobRequests.Gateway.Problems;

/// <summary>The catalogue: every problem type there is. Answers, the pages under <c>/problems</c> and the OpenAPI document come from it.</summary>
internal static class ProblemTypes
{
    public static readonly ProblemType IdempotencyKeyMissing = Refused(
        "idempotency-key-missing", 400,
        "The Idempotency-Key header is required",
        "Send the header Idempotency-Key with a value that is new for each new command and the same for each repeat of it, for example a random UUID. Nothing "
            + "was stored.");

    public static readonly ProblemType IdempotencyKeyMalformed = Refused(
        "idempotency-key-malformed", 400,
        "Idempotency-Key is malformed",
        "A key is 1 to 64 letters, digits, underscores and hyphens, as it is or in double quotes, and there is exactly one. Nothing was stored.");

    public static readonly ProblemType Validation = Refused(
        "validation", 400,
        "The request is not valid",
        "The list errors names each field with what is wrong about it; an empty field means the body as a whole. Nothing was stored: the corrected request may "
            + "use the same key.");

    public static readonly ProblemType Unauthenticated = Refused(
        "unauthenticated", 401,
        "A valid bearer token is needed",
        "Send Authorization: Bearer with a token that is signed, not expired, and issued for this service. Its subject is who acts. Nothing was stored.");

    public static readonly ProblemType JobRequestNotFound = Refused(
        "job-request-not-found", 404,
        "There is no such job request",
        "The job does not exist, or the caller is neither its requester nor one of its candidates: the answer is the same, so that strangers learn nothing. "
            + "Nothing is remembered under the key. "
        + "Where outcomeKnown is false, the command may still be decided until outcomeKnownAt, should the job appear.");

    public static readonly ProblemType RequestUnknown = Refused(
        "request-unknown", 404,
        "Unknown request",
        "No outcome is stored under the key. It is safe to send the command with the same key. To turn the question into a fact, ask with the address that the "
            + "answer to the command carried: it holds notAfter.",
        RetryAdvice.SameKey);

    public static readonly ProblemType AdministratorsOnly = Refused(
        "administrators-only", 403,
        "Administrators only",
        "The token doesn't have the admin role. Nothing was done.");

    public static readonly ProblemType OriginNotAllowed = Refused(
        "origin-not-allowed", 403,
        "Pages of this origin may not call",
        "A browser sent this for a page of another site. The setting Gateway:AllowedOrigins names the sites whose pages may call. Nothing was done.");

    public static readonly ProblemType AddressTooLong = Refused(
        "address-too-long", 414,
        "The address is too long",
        "An address is at most 4 KB long. Nothing was stored.");

    public static readonly ProblemType HeadersTooLarge = Refused(
        "headers-too-large", 431,
        "The headers are too large",
        "A request has at most 64 headers, of 16 KB together. Nothing was stored.");

    public static readonly ProblemType NotFound = Refused(
        "not-found", 404,
        "Not found",
        "The routes are listed at /docs.");

    public static readonly ProblemType MethodNotAllowed = Refused(
        "method-not-allowed", 405,
        "Method not allowed",
        "The header Allow lists the methods of this address.");

    public static readonly ProblemType RequestTimeout = Refused(
        "request-timeout", 408,
        "The body did not arrive in time",
        "The connection was too slow or the body incomplete. Nothing was stored.",
        RetryAdvice.SameKey);

    public static readonly ProblemType PayloadTooLarge = Refused(
        "payload-too-large", 413,
        "The body is too large",
        "A command's body is at most 64 KB, and that of many creates 5 MB. Nothing was stored.");

    public static readonly ProblemType UnsupportedMediaType = Refused(
        "unsupported-media-type", 415,
        "The body is not JSON",
        "Send Content-Type: application/json, in UTF-8; for many creates, application/x-ndjson. Nothing was stored.");

    public static readonly ProblemType IdempotencyKeyReused = Refused(
        "idempotency-key-reused", 422,
        "This idempotency key is already used",
        "The key belongs to a request with a different payload; that request's outcome is unchanged, and this answer says nothing about it. A different "
            + "command needs a different key.",
        RetryAdvice.NewKey);

    public static readonly ProblemType QuotaExceeded = Refused(
        "quota-exceeded", 429,
        "Too many requests",
        "The caller sent more than its share, or holds its share of what is in flight. Nothing was stored; send it again with the same key after the time in "
            + "Retry-After.",
        RetryAdvice.SameKey);

    public static readonly ProblemType TooManyAttempts = Refused(
        "too-many-attempts", 429,
        "Too many refused attempts on this job",
        "The job remembers a bounded number of refused attempts of one caller and of all callers together. Nothing was decided and nothing is remembered under "
            + "the key.",
        RetryAdvice.SameKey);

    public static readonly ProblemType Overloaded = Refused(
        "overloaded", 503,
        "The service is overloaded",
        "The command was refused before it was published: it was certainly not enqueued. Send it again with the same key after the time in Retry-After.",
        RetryAdvice.SameKey);

    public static readonly ProblemType Unavailable = Refused(
        "unavailable", 503,
        "The service is unavailable",
        "A dependency isn't available. A command was certainly not enqueued. Send it again with the same key after the time in Retry-After.",
        RetryAdvice.SameKey);

    public static readonly ProblemType RequestInProgress = Open(
        "request-in-progress", 409,
        "The same request is in progress",
        "An earlier attempt with this key has not been answered, and the caller asked for handling=strict. Without it, the attempt joins the first and gets "
            + "the same answer.");

    public static readonly ProblemType DecisionTimeout = Open(
        "decision-timeout", 504,
        "No decision within the requested wait",
        "The command was published and may still be decided, until outcomeKnownAt. Ask at the address in instance, or send it again with the same key: it is "
            + "executed at most once.");

    public static readonly ProblemType OutcomeUnknown = Open(
        "outcome-unknown", 504,
        "It is not known whether the command was published",
        "The publication was not acknowledged in time. The command may still be decided, until outcomeKnownAt. Ask at the address in instance, or send it "
            + "again with the same key: it is executed at most once.");

    public static readonly ImmutableArray<ProblemType> All =
    [
        .. Rejections.All.Select(rejection => ProblemType.From(rejection, AdviceAfter(rejection))),
        IdempotencyKeyMissing, IdempotencyKeyMalformed, Validation, Unauthenticated, JobRequestNotFound, RequestUnknown, AdministratorsOnly, OriginNotAllowed,
        AddressTooLong, HeadersTooLarge, NotFound, MethodNotAllowed,
        RequestTimeout, RequestInProgress, PayloadTooLarge, UnsupportedMediaType, IdempotencyKeyReused, QuotaExceeded, TooManyAttempts, Overloaded, Unavailable,
        DecisionTimeout, OutcomeUnknown,
    ];

    private static readonly FrozenDictionary<string, ProblemType> ByName = All.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ProblemType> ByCode = All.ToFrozenDictionary(type => type.Code, StringComparer.Ordinal);

    public static ProblemType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The type of a rejection's code. A job of a newer release may say a code that is not in the catalogue yet.</summary>
    public static ProblemType OfRejection(string code) =>
        ByCode.TryGetValue(code, out var known)
            ? known
            : ProblemType.From(new Rejection(code, "The rules say no", "A rule of a newer release."), RetryAdvice.DoNot);

    private static ProblemType Refused(string name, int status, string title, string description, string advice = RetryAdvice.DoNot) =>
        new(name, status, Outcomes.Refused, title, description, advice);

    private static ProblemType Open(string name, int status, string title, string description) =>
        new(name, status, Outcomes.Timeout, title, description, RetryAdvice.SameKey);

    // A later state of the job may allow it: those are worth a new attempt, which is a new request.
    private static string AdviceAfter(Rejection rejection) =>
        rejection == Rejections.DeadlinePassed || rejection == Rejections.VersionMismatch || rejection == Rejections.NotAccepted
        || rejection == Rejections.NotStarted || rejection == Rejections.TasksOpen
            ? RetryAdvice.NewKey
            : RetryAdvice.DoNot;
}
