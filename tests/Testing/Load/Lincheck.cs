using System.Text.Json;

namespace JobRequests.Testing.Load;

/// <summary>Judges recorded calls, where the checker lies beside the checkout.</summary>
public static class Lincheck
{
    private const string Missing = "The history was not checked for linearizability: there is no lincheck beside this checkout.";

    private static readonly string Beside = Path.Combine(Repository.Root, "..", "shared", "lincheck", "lincheck");

    public static async Task AssertLinearizableAsync(IEnumerable<Call> calls)
    {
        if (await JudgeAsync(calls) is { } verdict) Assert.True(verdict.IsLinearizable, verdict.Text);
        else TestContext.Current.AddWarning(Missing);
    }

    /// <param name="calls">The history.</param>
    /// <param name="program">The checker; null: where it lies beside the checkout.</param>
    /// <returns>Null where there is no checker.</returns>
    public static async Task<(bool IsLinearizable, string Text)?> JudgeAsync(IEnumerable<Call> calls, string? program = null)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, Joined(calls).Select(call => JsonSerializer.Serialize(AsItsModelHasIt(call), HistoryJson.Options)));
            return await JudgeFileAsync(file, program ?? Beside);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <param name="historyFile">Calls as JSON lines, in the checker's form.</param>
    public static async Task AssertLinearizableAsync(string historyFile)
    {
        if (await JudgeFileAsync(historyFile, Beside) is { } verdict) Assert.True(verdict.IsLinearizable, verdict.Text);
        else TestContext.Current.AddWarning(Missing);
    }

    private static async Task<(bool IsLinearizable, string Text)?> JudgeFileAsync(string historyFile, string program)
    {
        if (!File.Exists(program)) return null;
        var (exitCode, output, error) = await ChildProcess.RunAsync(program, ["-limit", "60s", historyFile]);
        return (exitCode == 0, $"lincheck ended with {exitCode}:\n{output}\n{error}");
    }

    /// <summary>
    /// A request that was sent until it was decided is one call, from its first attempt to its first answer: it was executed at most once,
    /// somewhere in between. Attempts that stay open one by one say no more, and are what makes a search long.
    /// </summary>
    private static IEnumerable<Call> Joined(IEnumerable<Call> calls)
    {
        foreach (var request in calls.GroupBy(call => call.Request))
        {
            if (request.Key.Key is null || request.Where(call => call.IsDecided).MinBy(call => call.End) is not { } first)
            {
                foreach (var call in request) yield return call;
                continue;
            }

            yield return first with { Start = request.Min(call => call.Start) };
            foreach (var call in request.Where(call => call.IsDecided && !ReferenceEquals(call, first))) yield return call;
        }
    }

    private static Call AsItsModelHasIt(Call call) => call.Code is "DEADLINE_PASSED" or "VERSION_MISMATCH" ? call with { Outcome = "REFUSED" } : call;
}
