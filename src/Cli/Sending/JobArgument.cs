using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace JobRequests.Cli.Sending;

/// <summary>The job's id, completed from the jobs used last. Its first characters are enough where a list has shown it.</summary>
internal static partial class JobArgument
{
    private const int ShortLength = 8;

    public static Argument<string> New()
    {
        var job = new Argument<string>("job")
        {
            Description = "The job's id, or the beginning of it that jobctl list has shown",
            HelpName = "job",
            CustomParser = Parse,
        };
        job.CompletionSources.Add(Recent);
        Required(job, "job");
        return job;
    }

    public static Option<string?> NewOption(string name, string description)
    {
        var job = new Option<string?>(name) { Description = description, HelpName = "JOB", CustomParser = Parse };
        job.CompletionSources.Add(Recent);
        return job;
    }

    /// <summary>The ids that a list shows to a person are cut off.</summary>
    public static string Short(string job) => job.Length == Guid.Empty.ToString().Length ? job[..ShortLength] : job;

    /// <exception cref="UsageException">A short id stands for no known job, or for several.</exception>
    public static string Whole(string text) => Whole(text, static wrong => throw new UsageException(wrong));

    private static string Parse(ArgumentResult result) => Whole(result.Tokens[0].Value, result.AddError);

    private static IEnumerable<CompletionItem> Recent(CompletionContext context) => Memory.Load().RecentJobs.Select(static id => new CompletionItem(id));

    private static string Whole(string text, Action<string> refuse)
    {
        if (!ShortForm().IsMatch(text)) return text;
        var memory = Memory.Load();
        string[] meant = [.. memory.RecentJobs.Concat(memory.ListedJobs).Distinct().Where(job => job.StartsWith(text, StringComparison.OrdinalIgnoreCase))];
        if (meant is [var one]) return one;
        refuse(meant.Length == 0
            ? $"No job that was listed or used here begins with '{text}': run jobctl list, or give the whole id."
            : $"'{text}' is the beginning of several jobs: {string.Join(", ", meant)}.");
        return text;
    }

    [GeneratedRegex("^[0-9a-fA-F-]{6,35}$")]
    private static partial Regex ShortForm();

    public static void Required(Argument<string> argument, string name) => argument.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && string.IsNullOrWhiteSpace(token.Value))
            result.AddError($"The {name}'s id is empty.");
    });
}
