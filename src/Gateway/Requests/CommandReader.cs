namespace JobRequests.Gateway.Requests;

/// <summary>Turns an HTTP request into a command, or says what is wrong with its form. Asks nobody.</summary>
internal sealed class CommandReader(BodyReader bodies, BodyValidator validator, IOptions<GatewayOptions> options, TimeProvider time)
{
    private const string DeadlineHeader = "Request-Deadline";

    private static readonly TimeSpan Furthest = TimeSpan.FromDays(3_653);

    /// <param name="http">The request.</param>
    /// <param name="route">The command's.</param>
    /// <param name="jobRequestId">The job in the address; null for a create, whose id is derived.</param>
    /// <param name="task">The task in the address.</param>
    /// <param name="dryRun">A dry run needs no key and ignores one.</param>
    public async ValueTask<(CommandRequest? Request, Refusal? Refusal)> ReadAsync(
        HttpContext http, CommandRoute route, string? jobRequestId, string task, bool dryRun)
    {
        var arrival = Arrive(http);
        var (read, refusal) = ReadHeaders(http, isNew: jobRequestId is null, dryRun);
        if (read is not { } headers) return (null, refusal);

        (var body, refusal) = await bodies.ReadAsync<CommandBody>(http, route.Body);
        refusal ??= await CheckAsync(http, route, body);
        if (refusal is not null) return (null, refusal);

        (var key, refusal) = dryRun ? (Guid.NewGuid().ToString("N"), null) : IdempotencyKey.Agree(headers.Key, body?.RequestId);
        if (refusal is not null) return (null, refusal);

        var caller = http.User.ToCaller();
        return (Compose(arrival, caller, key!, jobRequestId
            ?? JobRequestId.Derive(caller.Person, key!), route.ToCommand(body, task), headers.IfMatch, headers.Preferences, headers.Deadline), null);
    }

    /// <summary>Reads a create that is one of many in a call.</summary>
    /// <param name="http">The call.</param>
    /// <param name="headers">Its headers, which count for each line.</param>
    /// <param name="key">The line's own key.</param>
    /// <param name="line">What the body of a create holds.</param>
    public async ValueTask<(CommandRequest? Request, Refusal? Refusal)> ReadLineAsync(
        HttpContext http, CommandHeaders headers, string key, ReadOnlyMemory<byte> line)
    {
        var arrival = Arrive(http);
        var route = CommandRoute.Find(Operations.Create)!;
        var (body, refusal) = bodies.ReadLine<CommandBody>(line, route.Body);
        refusal ??= await CheckAsync(http, route, body);
        if (refusal is null && body!.RequestId is not null)
            refusal = Refusal.Field("requestId", "must be left out: the key of a line comes from the key of the call and the number of the line");
        if (refusal is not null) return (null, refusal);

        var caller = http.User.ToCaller();
        return (Compose(arrival, caller, key, JobRequestId.Derive(caller.Person, key), route.ToCommand(body, ""), headers.IfMatch, headers.Preferences,
            headers.Deadline), null);
    }

    /// <param name="http">The request.</param>
    /// <param name="isNew">Whether the command is about a job that does not exist yet.</param>
    /// <param name="dryRun">A dry run needs no key and ignores one.</param>
    public (CommandHeaders? Headers, Refusal? Refusal) ReadHeaders(HttpContext http, bool isNew, bool dryRun = false)
    {
        var headers = http.Request.Headers;
        string? key = null;
        if (!dryRun)
        {
            (key, var malformed) = IdempotencyKey.Read(headers[IdempotencyKey.Header]);
            if (malformed is not null) return (null, malformed);
        }

        var preferences = Preferences.Parse(headers[Preferences.Header], options.Value.DefaultWait, options.Value.MaxWait);
        if (!VersionTag.TryParseIfMatch(headers.IfMatch, out var ifMatch))
            return (null, Refusal.Field("If-Match", "must be * or one version in quotes, for example \"7\""));
        // The condition is that the job exists (RFC 9110, 13.1.1).
        if (isNew && headers.IfMatch is ["*"]) return (null, Refusal.Field("If-Match", "cannot be * for a job that is new"));
        return TryReadDeadline(http, out var deadline)
            ? (new CommandHeaders(key, preferences, ifMatch, deadline), null)
            : (null, Refusal.Field(DeadlineHeader, UtcMillisecondsConverter.Rule));
    }

    private async ValueTask<Refusal?> CheckAsync(HttpContext http, CommandRoute route, CommandBody? body) =>
        body is not null ? await validator.CheckAsync(body, http.RequestAborted)
        : route.NeedsBody ? Refusal.Field("", "a JSON body is required")
        : null;

    /// <summary>The moment from which a command's wait and deadline count.</summary>
    public Arrival Arrive(HttpContext http) => new(time.GetUtcNow(), time.GetTimestamp(), Tracing.ParentOf(http));

    /// <summary>What a caller without any preference gets.</summary>
    public Preferences Defaults => new(options.Value.DefaultWait, Asynchronous: false, Strict: false, Applied: null);

    public CommandRequest Compose(
        Arrival arrival, Caller caller, string key, string jobRequestId, JobRequestCommand command, int? ifMatch, Preferences preferences,
        DateTimeOffset? deadline)
    {
        var notAfter = UtcMillisecondsConverter.CutToMilliseconds(deadline ?? arrival.At + preferences.Wait + options.Value.ExecutionGrace);
        var fingerprint = Fingerprint.Of(jobRequestId, caller, ifMatch, command);
        var envelope = new CommandEnvelope(jobRequestId, caller, key, fingerprint, arrival.At, notAfter, ifMatch, command, arrival.TraceParent);
        return new CommandRequest(envelope, preferences, arrival.Timestamp, OutOfTime(command, deadline, arrival.At));
    }

    private static bool TryReadDeadline(HttpContext http, out DateTimeOffset? deadline)
    {
        deadline = null;
        var header = http.Request.Headers[DeadlineHeader];
        if (header.Count == 0) return true;
        if (header.Count > 1 || !UtcMillisecondsConverter.TryParse(header[0], out var parsed)) return false;
        deadline = parsed;
        return true;
    }

    private static List<FieldError>? OutOfTime(JobRequestCommand command, DateTimeOffset? deadline, DateTimeOffset now)
    {
        List<FieldError>? errors = null;
        Check(DeadlineHeader, deadline);
        Check("expiresAt", command switch
        {
            JobRequestCommand.Create create => create.ExpiresAt,
            JobRequestCommand.Amend amend => amend.ExpiresAt,
            _ => null,
        });
        return errors;

        void Check(string field, DateTimeOffset? time)
        {
            if (time <= now) (errors ??= []).Add(new FieldError(field, "has passed already"));
            else if (time - now > Furthest) (errors ??= []).Add(new FieldError(field, "is more than ten years ahead"));
        }
    }
}

/// <param name="At">On the clock, UTC.</param>
/// <param name="Timestamp">For measuring how long ago it was.</param>
/// <param name="TraceParent">The trace it belongs to.</param>
internal readonly record struct Arrival(DateTimeOffset At, long Timestamp, string? TraceParent);

/// <summary>What the headers of a command say.</summary>
/// <param name="Key">The idempotency key; null where it is not in a header.</param>
/// <param name="Preferences">How the caller wants to be answered.</param>
/// <param name="IfMatch">The version that the job is to be at, or null.</param>
/// <param name="Deadline">After which the command is not executed, or null.</param>
internal readonly record struct CommandHeaders(string? Key, Preferences Preferences, int? IfMatch, DateTimeOffset? Deadline);
