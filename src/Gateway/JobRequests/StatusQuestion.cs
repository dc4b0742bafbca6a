using System.Globalization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>Which request is asked about.</summary>
/// <param name="Caller">Whose it is: the one who asks.</param>
/// <param name="Name">The request.</param>
/// <param name="NotAfter">
/// Its deadline, where the address is one that we gave for a command that was published. Asked afterwards, the job records that it passed.
/// </param>
/// <param name="Preferences">How long to wait for the outcome.</param>
internal sealed record StatusQuestion(Caller Caller, RequestName Name, DateTimeOffset? NotAfter, Preferences Preferences);

/// <summary>Reads <c>/v1/requests/{key}?job=&amp;op=&amp;notAfter=&amp;sig=</c>.</summary>
internal sealed class StatusQuestionReader(IIdempotencyCache cache, StatusSignature signature, IOptions<GatewayOptions> options)
{
    private static readonly long LatestMs = DateTimeOffset.MaxValue.AddDays(-1).ToUnixTimeMilliseconds();

    public async ValueTask<(StatusQuestion? Question, Refusal? Refusal)> ReadAsync(HttpContext http, string key)
    {
        if (!WellFormed.Key(key))
            return (null, new Refusal(ProblemTypes.IdempotencyKeyMalformed, [new FieldError("key", "must be 1 to 64 letters, digits, _ and -")]));
        var preferences = Preferences.Parse(http.Request.Headers[Preferences.Header], TimeSpan.Zero, options.Value.MaxWait);
        var query = http.Request.Query;
        if (!TryReadOne(query, "job", out var job)) return (null, Refusal.Field("job", "must be given once"));
        if (!TryReadOne(query, "op", out var operation) || (operation is not null && !Operations.All.Contains(operation)))
            return (null, Refusal.Field("op", "must be one of " + string.Join(", ", Operations.All)));
        if (!TryReadOne(query, "notAfter", out var text) || !TryReadTime(text, out var notAfter))
            return (null, Refusal.Field("notAfter", "must be one time in milliseconds since 1970"));
        if (!TryReadOne(query, "sig", out var signed)) return (null, Refusal.Field("sig", "must be given once"));

        var caller = http.User.ToCaller();
        var (name, refusal) = job is null ? await FindAsync(caller, key, operation) : NameOf(caller, key, job, operation);
        if (refusal is not null) return (null, refusal);
        var isOurs = signed is not null && notAfter is { } deadline && signature.IsOurs(signed, name, deadline.ToUnixTimeMilliseconds());
        return (new StatusQuestion(caller, name, isOurs ? notAfter : null, preferences), null);
    }

    private static (RequestName, Refusal?) NameOf(Caller caller, string key, string job, string? operation)
    {
        if (operation is null) return (default, Refusal.Field("op", "is required with job"));
        if (JobRequestId.Read(job) is not { } id) return (default, new Refusal(ProblemTypes.JobRequestNotFound));

        // No create of this caller with this key can have made another job than this one.
        if (operation == Operations.Create && id != JobRequestId.Derive(caller.Person, key)) return (default, new Refusal(ProblemTypes.RequestUnknown));
        return (new RequestName(caller.Person, operation, id, key), null);
    }

    // Without the job: what this gateway remembers, else the job that the key would have created.
    private async ValueTask<(RequestName, Refusal?)> FindAsync(Caller caller, string key, string? operation)
    {
        if (await cache.FindLatestAsync(caller.Person, key) is { } latest && (operation is null || operation == latest.Operation)) return (latest, null);
        return operation is null or Operations.Create
            ? (new RequestName(caller.Person, Operations.Create, JobRequestId.Derive(caller.Person, key), key), null)
            : (default, Refusal.Field("job", "is required with op"));
    }

    private static bool TryReadOne(IQueryCollection query, string name, out string? value)
    {
        var values = query[name];
        value = values.Count == 0 ? null : values[0];
        return values.Count < 2;
    }

    private static bool TryReadTime(string? text, out DateTimeOffset? time)
    {
        time = null;
        if (text is null) return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds > LatestMs) return false;
        time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return true;
    }
}
