using System.CommandLine;
using JobRequests.Testing.Backends.Nemesis;

namespace JobRequests.Faults;

/// <summary>Load and faults on a cluster, and the verdict.</summary>
internal static class Nemesis
{
    private static readonly Option<int> Seconds = new("--seconds") { Description = "How long faults happen", DefaultValueFactory = _ => 300 };
    private static readonly Option<double> Rate = new("--rate") { Description = "Commands a second", DefaultValueFactory = _ => 150 };
    private static readonly Option<double> Every = new("--fault-every") { Description = "Seconds from one fault to the next", DefaultValueFactory = _ => 15 };
    private static readonly Option<int> Seed = new("--seed")
    { Description = "Same seed, same faults and requests", DefaultValueFactory = _ => Environment.TickCount & 0xFFFF };
    private static readonly Option<string[]> Only = new("--only")
    { Description = "Only faults whose name contains this", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> History = new("--history")
    {
        Description = "Where the calls are recorded",
        DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), $"nemesis-{DateTime.UtcNow:yyyyMMdd-HHmmss}.jsonl")
    };
    private static readonly Option<double> Wait = new("--wait")
    { Description = "Seconds after which an answer is late, and 250 ms", DefaultValueFactory = _ => 5 };

    public static Command Create()
    {
        var command = new Command(
            "nemesis", "Two silos and two gateways on the servers that KAFKA, MONGO_URL, REDIS and TOXIPROXY name. Ends with 1 when a promise was broken.")
        {
            Seconds, Rate, Every, Seed, Only, History, Wait,
        };
        command.SetAction(async (parsed, _) =>
        {
            var seed = parsed.GetRequiredValue(Seed);
            var history = parsed.GetRequiredValue(History);
            Console.WriteLine($"seed {seed}, history {history}");
            var report = await NemesisRun.RunAsync(new NemesisPlan(TimeSpan.FromSeconds(parsed.GetRequiredValue(Seconds)), seed)
            {
                Rate = parsed.GetRequiredValue(Rate),
                FaultEvery = TimeSpan.FromSeconds(parsed.GetRequiredValue(Every)),
                Faults = parsed.GetValue(Only) is { Length: > 0 } only ? only : null,
                HistoryFile = history,
                Wait = parsed.GetRequiredValue(Wait),
                Say = Console.WriteLine,
            });
            Console.WriteLine(report);
            return report.IsClean ? 0 : 1;
        });
        return command;
    }
}
