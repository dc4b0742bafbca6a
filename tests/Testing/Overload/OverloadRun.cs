using System.Diagnostics;
using System.Text.Json;

namespace JobRequests.Testing.Overload;

/// <summary>Sends a multiple of a service's capacity at a constant rate, and tells what becomes of it: before, meanwhile, after.</summary>
public static class OverloadRun
{
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(500);

    public static async Task<OverloadReport> RunAsync(OverloadPlan plan)
    {
        using var commands = new CommandMix(plan.Gateways);
        await ConstantRate.RunAsync(plan.Capacity / 4.0, TimeSpan.FromSeconds(3), number => commands.SendAsync(number, "before"));

        var (before, most) = (ResidentMegabytes(plan.ProcessIds), 0.0);
        var calls = await ConstantRate.RunAsync(plan.Capacity * plan.Factor, plan.WarmUp
            + plan.Duration, number => commands.SendAsync(number, "during"), () => most = Math.Max(most, ResidentMegabytes(plan.ProcessIds)));
        var ended = Stopwatch.GetTimestamp();
        var atGateway = (await commands.ReadStatusAsync()).GetProperty("commands").GetProperty("refusalMs").GetProperty("p99");
        var recovered = await RecoverAsync(commands, plan, ended);

        var measured = calls.Where(call => call.At >= plan.WarmUp).ToList();
        // What was decided within the window, whenever it was sent: one that waits longer than the other does not make the rate.
        var decided = calls.Count(call => call.IsDecided && call.At + call.Took >= plan.WarmUp && call.At + call.Took <= plan.WarmUp + plan.Duration);
        var goodput = decided / plan.Duration.TotalSeconds;
        var refusals = Times(measured.Where(call => call.IsRefused));
        var decisions = Times(measured.Where(call => call.IsDecided));
        return new OverloadReport(
            measured.Count / plan.Duration.TotalSeconds, goodput, goodput / plan.Capacity,
            measured.GroupBy(call => call.Answer).ToDictionary(group => group.Key, group => group.Count()),
            atGateway.ValueKind == JsonValueKind.Number ? atGateway.GetDouble() : null,
            At(refusals, 0.5), At(refusals, 0.99), At(decisions, 0.5), At(decisions, 0.99), before, most, recovered);
    }

    private static async Task<double?> RecoverAsync(CommandMix commands, OverloadPlan plan, long ended)
    {
        for (var round = 0; Stopwatch.GetElapsedTime(ended) is var since && since < plan.RecoveryLimit; round++)
        {
            var calls = await ConstantRate.RunAsync(plan.Capacity / 4.0, Calm, number => commands.SendAsync(number, $"after{round}"));
            if (calls.All(call => call.IsDecided) && At(Times(calls), 0.95) <= Prompt.TotalMilliseconds) return since.TotalSeconds;
        }

        return null;
    }

    private static double[] Times(IEnumerable<SentCall> calls) => [.. calls.Select(call => call.Took.TotalMilliseconds).Order()];

    private static double At(double[] times, double share) => times.Length == 0 ? 0 : times[Math.Min(times.Length - 1, (int)(times.Length * share))];

    private static double ResidentMegabytes(IReadOnlyList<int> processIds)
    {
        var bytes = 0L;
        foreach (var id in processIds)
        {
            using var process = Process.GetProcessById(id);
            bytes += process.WorkingSet64;
        }

        return bytes / 1024.0 / 1024.0;
    }
}
