using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace JobRequests.Gateway.Events;

/// <summary>
/// Turns a call of the hub into a command, or says what is wrong with its form: the same bodies and rules as over HTTP. <c>task</c> and
/// <c>ifMatch</c>, which HTTP has in the address and a header, travel in the body.
/// </summary>
internal sealed class LiveCommandReader(CommandReader commands, BodyValidator validator, CallerQuota quota, IOptions<GatewayOptions> options, TimeProvider time)
{
    private static readonly Refusal MalformedKey = new(
        ProblemTypes.IdempotencyKeyMalformed, [new FieldError("key", "must be 1 to 64 letters, digits, _ and -")]);

    public async ValueTask<(CommandRequest? Request, Refusal? Refusal)> ReadAsync(
        Caller caller, string? operation, string? job, string? key, JsonElement content, CancellationToken aborted)
    {
        var arrival = new Arrival(time.GetUtcNow(), time.GetTimestamp(), Activity.Current?.Id);
        if (CommandRoute.Find(operation) is not { } route) return (null, Refusal.Field("operation", "must be one of " + string.Join(", ", Operations.All)));
        if (!WellFormed.Key(key)) return (null, MalformedKey);
        if (content.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined))
            return (null, Refusal.Field("body", "must be an object, or null"));
        if (content.ValueKind == JsonValueKind.Object)
        {
            var length = JsonMarshal.GetRawUtf8Value(content).Length;
            if (length > options.Value.MaxBodyBytes) return (null, new Refusal(ProblemTypes.PayloadTooLarge));
            if (quota.TakeForBody(caller.Person, commands: 1, length) is { } beyond) return (null, beyond);
        }

        if (route.IsCreate)
        {
            if (!string.IsNullOrEmpty(job)) return (null, Refusal.Field("job", "must be null: a new job's id is derived from the caller and the key"));
        }
        else if ((job = JobRequestId.Read(job)) is null)
        {
            return (null, new Refusal(ProblemTypes.JobRequestNotFound));
        }

        if (LiveEnvelope.Split(content, out var envelope, out var rest) is { } misplaced) return (null, misplaced);
        if ((envelope.Task is not null) != route.HasTask)
            return (null, Refusal.Field("task", route.HasTask ? "is required" : $"belongs to {Operations.FinishTask} alone"));
        var (body, refusal) = await ReadBodyAsync(rest, route, key!, aborted);
        if (refusal is not null) return (null, refusal);

        var preferences = new Preferences(options.Value.MaxWait, Asynchronous: false, Strict: false, Applied: null);
        var id = string.IsNullOrEmpty(job) ? JobRequestId.Derive(caller.Person, key!) : job;
        return (commands.Compose(arrival, caller, key!, id, route.ToCommand(body, envelope.Task ?? ""), envelope.IfMatch, preferences, deadline: null), null);
    }

    private async ValueTask<(CommandBody? Body, Refusal? Refusal)> ReadBodyAsync(
        ReadOnlyMemory<byte>? json, CommandRoute route, string key, CancellationToken aborted)
    {
        if (json is not { } utf8) return (null, route.NeedsBody ? Refusal.Field("body", "is required") : null);
        CommandBody body;
        try
        {
            body = (CommandBody)JsonSerializer.Deserialize(utf8.Span, route.Body)!;
        }
        catch (JsonException exception)
        {
            return (null, JsonRefusal.From(exception));
        }

        if (await validator.CheckAsync(body, aborted) is { } invalid) return (null, invalid);
        var (_, disagreement) = IdempotencyKey.Agree(key, body.RequestId);
        return disagreement is null ? (body, null) : (null, disagreement);
    }
}

/// <summary>The members of a call's body that are not of its command.</summary>
internal readonly record struct LiveEnvelope(string? Task, int? IfMatch)
{
    /// <param name="body">The body as it came.</param>
    /// <param name="envelope">The members that were taken out.</param>
    /// <param name="rest">The body without them, null where there is none.</param>
    /// <returns>What is wrong with them, or null.</returns>
    public static Refusal? Split(JsonElement body, out LiveEnvelope envelope, out ReadOnlyMemory<byte>? rest)
    {
        envelope = default;
        rest = null;
        if (body.ValueKind != JsonValueKind.Object) return null;
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var member in body.EnumerateObject())
        {
            switch (member.Name)
            {
                case "task":
                    if (envelope.Task is not null || member.Value.ValueKind != JsonValueKind.String || !WellFormed.TaskId(member.Value.GetString()))
                        return Refusal.Field("task", "must be 1 to 64 letters, digits and _ . -, once");
                    envelope = envelope with { Task = member.Value.GetString() };
                    break;
                case "ifMatch":
                    if (envelope.IfMatch is not null
                        || member.Value.ValueKind != JsonValueKind.Number
                        || !member.Value.TryGetInt32(out var version)
                        || version < 0)
                        return Refusal.Field("ifMatch", "must be one version, a whole number");
                    envelope = envelope with { IfMatch = version };
                    break;
                default:
                    member.WriteTo(writer);
                    break;
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        rest = buffer.WrittenMemory;
        return null;
    }
}
