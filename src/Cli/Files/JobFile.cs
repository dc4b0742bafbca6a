using System.Text.Json;
using System.Text.Json.Serialization;
using JobRequests.Cli.Verbs;
using Sylvan.Data.Csv;

namespace JobRequests.Cli.Files;

/// <summary>The jobs of a file: NDJSON, a create a line, or CSV with the members in its first row.</summary>
internal static class JobFile
{
    private const string Metadata = "metadata.";
    private const int MostProblems = 20;
    private const StringSplitOptions Separated = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    private static readonly NewJob Nothing = new();

    // Room for the longest job. Nothing is a comment: a title may begin with any character.
    private static readonly CsvDataReaderOptions Csv = new() { BufferSize = 256 * 1024, Comment = '\0' };

    private static readonly Dictionary<string, Func<NewJob, string, NewJob>> Columns = new(StringComparer.OrdinalIgnoreCase)
    {
        ["candidates"] = static (job, text) => job with { Candidates = Create.Names([text]) },
        ["tasks"] = static (job, text) => job with { Tasks = Create.Tasks(text.Split(';', Separated)) },
        ["title"] = static (job, text) => job with { Title = text },
        ["description"] = static (job, text) => job with { Description = text },
        ["place"] = static (job, text) => job with { Place = (job.Place ?? new JobPlace()) with { Text = text } },
        ["point"] = static (job, text) => job with { Place = ContentOptions.PointOf(text) with { Text = job.Place?.Text } },
        ["startsAt"] = static (job, text) => job with { StartsAt = Times.ParseInstant(text) },
        ["endsAt"] = static (job, text) => job with { EndsAt = Times.ParseInstant(text) },
        ["expiresAt"] = static (job, text) => job with { ExpiresAt = Times.ParseInstant(text) },
        ["instructions"] = static (job, text) => job with { Instructions = text },
        ["previous"] = static (job, text) => job with { Previous = text },
    };

    /// <returns>The jobs, and where each of them stands.</returns>
    /// <exception cref="UsageException">The file has a line that is no job; all of them are named.</exception>
    public static IReadOnlyList<(string Place, NewJob Job)> Read(string path)
    {
        var problems = new List<string>();
        var jobs = path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? ReadCsv(path, problems) : ReadLines(path, problems);
        if (problems.Count == 0) return jobs.Count > 0 ? jobs : throw new UsageException($"{path} has no jobs.");
        var more = problems.Count - MostProblems;
        throw new UsageException(string.Join('\n', [.. problems.Take(MostProblems), .. more > 0 ? [$"… and {more} more."] : ReadOnlySpan<string>.Empty])
            + "\nNothing was sent.");
    }

    private static List<(string, NewJob)> ReadLines(string path, List<string> problems)
    {
        var (jobs, number) = (new List<(string, NewJob)>(), 0);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            var place = $"{path} line {number}";
            try
            {
                jobs.Add((place, JsonSerializer.Deserialize(line, JobFileJson.Default.NewJob) ?? throw new JsonException("is null", null, null, null)));
            }
            catch (JsonException e)
            {
                var member = e.Path is null or "$" ? "it" : e.Path.TrimStart('$', '.');
                problems.Add($"{place}: {member} is unknown, or not of its form (position {e.BytePositionInLine + 1}).");
            }
        }

        return jobs;
    }

    private static List<(string, NewJob)> ReadCsv(string path, List<string> problems)
    {
        var (jobs, row) = (new List<(string, NewJob)>(), 1);
        try
        {
            ReadRows();
        }
        catch (Exception e) when (e is FormatException or NotSupportedException)
        {
            problems.Add($"{path} row {row}: {e.Message}");
        }

        return jobs;

        void ReadRows()
        {
            using var reader = CsvDataReader.Create(path, Csv);
            var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
            foreach (var name in columns.Where(static name => SetterOf(name) is null))
                problems.Add($"{path}: there is no column '{name}'. Columns are {string.Join(", ", Columns.Keys)} and {Metadata}KEY.");
            // The header is the first row, as a spreadsheet counts.
            for (row = 2; reader.Read(); row++)
            {
                var (place, job) = ($"{path} row {row}", new NewJob());
                if (reader.RowFieldCount > columns.Count)
                    problems.Add($"{place}: it has more cells than the first row. A comma in a text needs quotes around it.");
                for (var column = 0; column < Math.Min(columns.Count, reader.RowFieldCount); column++)
                {
                    if (reader.GetString(column).Trim() is not { Length: > 0 } text || SetterOf(columns[column]) is not { } set) continue;
                    try
                    {
                        job = set(job, text);
                    }
                    catch (UsageException e)
                    {
                        problems.Add($"{place}, {columns[column]}: {e.Message}");
                    }
                }

                // Spreadsheets end with rows of empty cells.
                if (job != Nothing) jobs.Add((place, job));
            }
        }
    }

    private static Func<NewJob, string, NewJob>? SetterOf(string column) => column.StartsWith(Metadata, StringComparison.Ordinal)
        ? (job, text) => job with
        {
            Metadata = new Dictionary<string, string>(job.Metadata ?? new Dictionary<string, string>()) { [column[Metadata.Length..]] = text },
        }
        : Columns.GetValueOrDefault(column);
}

/// <summary>A misspelt member would be left out silently: it is refused.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(NewJob))]
internal sealed partial class JobFileJson : JsonSerializerContext;
