using System.ComponentModel;
using System.Diagnostics;

namespace JobRequests.Cli.Verbs;

internal static class Open
{
    public static Command Build()
    {
        var job = JobArgument.New();
        job.Arity = ArgumentArity.ZeroOrOne;
        var verb = new Command("open", "Open the board, or a job on it, in a browser; print the address where that cannot be") { job };
        verb.SetAction(parsed =>
        {
            var address = new Uri(Session.Of(parsed).Url, parsed.GetValue(job) is { } id ? $"/#/jobs/{Uri.EscapeDataString(id)}" : "/");
            Terminal.Line(address.ToString());
            if (!Console.IsOutputRedirected) Show(address);
        });
        return verb;
    }

    private static void Show(Uri address)
    {
        try
        {
            using var browser = Process.Start(new ProcessStartInfo(address.ToString()) { UseShellExecute = true });
        }
        catch (Win32Exception)
        {
            Terminal.Error("There is no browser here; open the address in yours.");
        }
    }
}
