using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace JobRequests.Cli.Output;

/// <summary>A job and its history for a person.</summary>
internal static class JobText
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<string> Lines(Job job)
    {
        yield return $"{job.JobRequestId}  {job.Status}  (version {job.Version}, epoch {job.Epoch})";
        foreach (var (name, value) in Fields(job))
        {
            if (!string.IsNullOrEmpty(value))
                yield return $"  {name,-12} {Terminal.OneLine(value)}";
        }

        foreach (var task in job.Tasks)
            yield return $"  {"task " + Terminal.OneLine(task.Id),-12} [{(task.Done ? 'x' : ' ')}] {Terminal.OneLine(task.Name)}";
    }

    /// <summary>A job as a line of a list that a program reads: columns between tabs, in an order that stays; new ones come at the end.</summary>
    public static string Line(Job job) => string.Join('\t', new[]
    {
        job.JobRequestId, job.Status, job.CreatedAt is { } created ? Times.Text(created) : "", job.Requester, job.AcceptedBy, job.Title,
    }.Select(Terminal.OneLine));

    /// <summary>The names of <see cref="Row"/>'s columns.</summary>
    public static readonly string[] Columns = ["title", "status", "who", "created", "ends", "job"];

    /// <summary>A job as a row of a list that a person reads.</summary>
    public static string[] Row(Job job, DateTimeOffset now) =>
    [
        string.IsNullOrEmpty(job.Title) ? "(no title)" : job.Title,
        job.Status,
        job.AcceptedBy ?? (job is { Status: "Open", CandidatesLeft: { } left } ? string.Create(CultureInfo.InvariantCulture, $"{left} may answer") : ""),
        job.CreatedAt is { } created ? Times.Away(created, now) : "",
        job is { Status: "Open", ExpiresAt: { } expires } ? Times.Away(expires, now) : "",
        JobArgument.Short(job.JobRequestId),
    ];

    /// <param name="history">The events.</param>
    /// <param name="reader">Who reads them.</param>
    public static IEnumerable<string> Lines(JobHistory history, string reader)
    {
        foreach (var fact in history.Events)
        {
            var data = Data(fact, reader);
            yield return $"{fact.Version,4}  {(fact.At is { } at ? Times.Text(at) : "")}  {fact.Type,-19}  {fact.By ?? "-",-12}  {data}".TrimEnd();
        }
    }

    private static string Data(JobEvent fact, string reader)
    {
        if (fact.Data.ValueKind != JsonValueKind.Object) return "";
        var members = JsonObject.Create(fact.Data)!;

        // The service leaves the others out for a candidate: a list of one would read as if there were nobody else.
        if (fact.By != reader && members["candidates"] is JsonArray { Count: 1 } candidates && candidates[0]?.ToString() == reader)
            members.Remove("candidates");
        return members.Count > 0 ? members.ToJsonString(Readable) : "";
    }

    private static IEnumerable<(string Name, string? Value)> Fields(Job job) =>
    [
        ("title", job.Title),
        ("requester", job.Requester),
        ("accepted by", job.AcceptedBy),
        job.CandidatesLeft is null && job.Candidates is [var reader]
            ? ("your answer", reader.Answer is null ? "none yet" : Answer(reader))
        : ("candidates",
            string.Join(", ", job.Candidates.Select(candidate => candidate.Answer is null ? candidate.Id : $"{candidate.Id} ({Answer(candidate)})"))),
        ("asked later", job.Waiting is null ? null : string.Join(", ", job.Waiting)),
        ("next wave", job.NextWaveAt is { } next ? Times.Text(next) : null),
        ("confirm by", job.ConfirmBy is { } confirm ? Times.Text(confirm) : null),
        ("may answer", job.CandidatesLeft?.ToString(CultureInfo.InvariantCulture)),
        ("created", job.CreatedAt is { } created ? Times.Text(created) : null),
        ("expires", job.ExpiresAt is { } expires ? Times.Text(expires) : null),
        ("description", job.Description),
        ("place", job.Place is { } place ? PlaceText(place) : null),
        ("starts", job.StartsAt is { } starts ? Times.Text(starts) : null),
        ("ends", job.EndsAt is { } ends ? Times.Text(ends) : null),
        ("instructions", job.Instructions),
        ("repeats", job.Previous),
        .. job.Metadata?.Select(pair => (pair.Key, (string?)pair.Value)) ?? [],
    ];

    private static string Answer(JobCandidate candidate) => candidate.Rank is { } rank ? $"{candidate.Answer}, number {rank}" : candidate.Answer!;

    private static string PlaceText(JobPlace place) =>
        string.Join(' ', new[] { place.Text, place.Latitude is null ? null : FormattableString.Invariant($"({place.Latitude}, {place.Longitude})") }
            .Where(part => part is not null));
}
