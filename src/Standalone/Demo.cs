using System.Diagnostics;
using JobRequests.Client;

namespace JobRequests.Standalone;

/// <summary>A race of many candidates over a few jobs, through HTTP like everybody else.</summary>
internal static class Demo
{
    private const int Candidates = 50;
    private static readonly string[] Titles = ["Clean the windows", "Night shift on Friday", "Drive to the airport"];

    public static async Task PlayAsync(string url, CancellationToken cancellationToken)
    {
        Console.WriteLine($"Demo: {Candidates} candidates want each of {Titles.Length} jobs, all at once.");
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        var people = Enumerable.Range(1, Candidates).Select(number => $"candidate-{number:00}").ToArray();
        foreach (var title in Titles) await RaceAsync(http, title, people, cancellationToken);
        Console.WriteLine("Every job has exactly one winner, and no one else was told they won.");
    }

    private static async Task RaceAsync(HttpClient http, string title, string[] people, CancellationToken cancellationToken)
    {
        var created = await ClientOf(http, "dispatcher").CreateAsync(new NewJob { Title = title, Candidates = people }, cancellationToken: cancellationToken);
        if (created is not CommandResult.Succeeded { JobRequestId: var job })
            throw new InvalidOperationException($"The job '{title}' was not created: {created}");

        var started = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(people.Select(async person =>
        {
            var answer = await ClientOf(http, person).AcceptAsync(job, cancellationToken: cancellationToken);
            return (Person: person, Answer: answer, After: Stopwatch.GetElapsedTime(started));
        }));

        var winners = answers.Where(answer => answer.Answer is CommandResult.Succeeded).ToList();
        if (winners is not [var winner]) throw new InvalidOperationException($"'{title}' has {winners.Count} winners: the promise is broken.");
        var lost = answers.Where(answer => answer.Answer is CommandResult.Rejected).Select(answer => answer.After).ToList();
        var lead = lost.Count == 0 ? TimeSpan.Zero : lost.Min() - winner.After;
        Console.WriteLine(
            $"  {title}: {winner.Person} won after {winner.After.TotalMilliseconds:F1} ms, {Distance(lead)}; "
            + $"{lost.Count} others were turned down within {(lost.Count == 0 ? TimeSpan.Zero : lost.Max()).TotalMilliseconds:F1} ms.");
    }

    // Answers of one batch leave together; the winner's own may arrive after another's.
    private static string Distance(TimeSpan lead) =>
        lead >= TimeSpan.Zero
            ? $"{lead.TotalMilliseconds:F1} ms ahead of the next answer"
            : $"{-lead.TotalMilliseconds:F1} ms behind the first to be turned down";

    private static JobRequestsClient ClientOf(HttpClient http, string person) =>
        new(http, new JobRequestsClientOptions { AccessToken = _ => ValueTask.FromResult<string?>($"dev-{person}"), Caller = person });
}
