using System.Globalization;
using JobRequests.Documents;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Verification;

/// <summary>Records as lines of evidence.</summary>
internal static class Show
{
    public static string Event(StoredEvent e) =>
        $"event {e.N}: {e.Type} by {e.By ?? "nobody"}, request {e.Request ?? "none"}, epoch {e.Epoch}, at {Time(e.At)}";

    public static string Event(EventEvidence e) =>
        $"finalevents {Position(e.Position)}: event {e.Event.Version}, {e.Event.Type} by {e.Event.By ?? "nobody"}, request {e.Event.Request ?? "none"}, epoch "
            + $"{e.Event.Epoch}, at {Time(e.Event.At)}";

    public static string Entry(LedgerEntry entry) =>
        $"ledger: {entry.Operation} by {entry.Caller}, key {entry.Key} -> {entry.Code ?? "SUCCESS"} at version {entry.Version}, {Time(entry.At)}"
        + (entry.Expected is { } expected ? $", expected version {expected}" : "");

    public static string Request(RequestEvidence request) => request.Command is { } command
        ? $"requests {Position(request.Position)}: {command.Command.Operation} by {command.Caller.Person}, key {command.Key}, not after "
            + $"{Time(command.NotAfter)}"
        : $"requests {Position(request.Position)}: {request.Refused}";

    public static string Call(RecordedCall call)
    {
        var version = call.Version is { } number ? $" at version {number}" : "";
        var replayed = call.Replayed == true ? ", replayed" : "";
        var end = call.End?.ToString(CultureInfo.InvariantCulture) ?? "no answer";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"call: {call.Op} by {call.Caller}, key {call.Key ?? "none"} -> {call.Outcome}{Optional(call.Code)}{Optional(call.Status)}{version}{replayed}, "
                + $"{call.Start} to {end}");
    }

    public static string Document(JobDocument document) =>
        $"document: version {document.State.Version}, {document.State.Status}, epoch {document.State.Epoch}, winner {document.State.Winner ?? "nobody"}, "
        + $"{document.Events.Count} events, published {document.Published}";

    public static string View(StoredView view) =>
        $"view: version {view.State.Version}, {view.State.Status}, epoch {view.State.Epoch}, winner {view.State.Winner ?? "nobody"}";

    public static string State(string what, JobRequest job) => $"{what}: {StateDifference.Describe(job)}";

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Position(LogPosition position) => string.Create(CultureInfo.InvariantCulture, $"{position.Partition}@{position.Offset}");

    private static string Optional(object? value) => value is null ? "" : string.Create(CultureInfo.InvariantCulture, $" {value}");
}
