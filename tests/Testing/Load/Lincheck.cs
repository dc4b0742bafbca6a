
namespace JobRequests.Testing.Load;

/// <summary>Judges a recorded history, where the checker lies beside the checkout.</summary>
public static class Lincheck
{
    public static async Task AssertLinearizableAsync(string historyFile)
    {
        var program = Path.Combine(Repository.Root, "..", "shared", "lincheck", "lincheck");
        if (!File.Exists(program))
        {
            TestContext.Current.AddWarning("The history was not checked for linearizability: there is no lincheck beside this checkout.");
            return;
        }

        var (exitCode, output, error) = await ChildProcess.RunAsync(program, ["-limit", "60s", historyFile]);
        Assert.True(exitCode == 0, $"lincheck ended with {exitCode}:\n{output}\n{error}");
    }
}
