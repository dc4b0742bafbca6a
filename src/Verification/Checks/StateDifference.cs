using System.Globalization;
using System.Text.Json;
using JobRequests.Documents;
using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>Compares two states by what they hold; equality of records compares the identity of their arrays.</summary>
internal static class StateDifference
{
    /// <returns>What differs, or null.</returns>
    public static string? Between(JobRequest expected, JobRequest actual)
    {
        if (ReferenceEquals(expected, actual)) return null;
        var sameParts = expected.Candidates.AsSpan().SequenceEqual(actual.Candidates.AsSpan()) && expected.Tasks.AsSpan().SequenceEqual(actual.Tasks.AsSpan())
            && expected.Standby.AsSpan().SequenceEqual(actual.Standby.AsSpan());
        if (sameParts && WithoutArrays(expected) == WithoutArrays(actual)) return null;

        var differences = Members(expected).Zip(Members(actual))
            .Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => $"{pair.First.Name} is {pair.Second.Value}, not {pair.First.Value}");
        return string.Join("; ", differences);
    }

    public static string Describe(JobRequest job) => string.Join(", ", Members(job).Select(member => $"{member.Name} {member.Value}"));

    private static JobRequest WithoutArrays(JobRequest job) => job with { Candidates = [], Tasks = [], Standby = [] };

    private static IEnumerable<(string Name, string Value)> Members(JobRequest job) =>
    [
        ("version", job.Version.ToString(CultureInfo.InvariantCulture)),
        ("status", job.Status.ToString()),
        ("epoch", job.Epoch.ToString(CultureInfo.InvariantCulture)),
        ("requester", job.Requester),
        ("title", job.Title ?? "none"),
        ("winner", job.Winner ?? "nobody"),
        ("candidates", $"[{string.Join(' ', job.Candidates.Select(Show))}]"),
        ("waves", job.Waves is { } waves ? JsonSerializer.Serialize(waves.ToStored(), JobDocumentJson.Default.StoredWaves) : "none"),
        ("standby", $"[{string.Join(' ', job.Standby)}]"),
        ("confirmSeconds", job.ConfirmSeconds?.ToString(CultureInfo.InvariantCulture) ?? "none"),
        ("confirmBy", job.ConfirmBy is { } by ? Exact(by) : "none"),
        ("tasks", $"[{string.Join(' ', job.Tasks.Select(task => $"{task.Id}={task.Name}:{(task.Done ? "done" : "open")}"))}]"),
        ("createdAt", Exact(job.CreatedAt)),
        ("expiresAt", job.ExpiresAt is { } at ? Exact(at) : "never"),
        ("details", job.Details is { } details ? JsonSerializer.Serialize(details.ToStored(), JobDocumentJson.Default.StoredDetails) : "none"),
        ("lastEventAt", Exact(job.LastEventAt)),
    ];

    private static string Show(Candidate candidate) =>
        $"{candidate.Id}{(candidate.Answer is { } answer ? $":{answer}" : "")}{(candidate.AskedAt is { } at ? $"@{Exact(at)}" : "")}";

    private static string Exact(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
