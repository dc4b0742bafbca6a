using System.Diagnostics;
using System.Diagnostics.Metrics;
using JobRequests.Gateway.Limits;

namespace JobRequests.Gateway.Telemetry;

/// <summary>What an operator watches: commands by outcome, how long they took, what is in flight.</summary>
internal sealed class GatewayTelemetry
{
    public const string Name = "JobRequests.Gateway";

    private static readonly ActivitySource Source = new(Name);

    private readonly Counter<long> commands;
    private readonly Histogram<double> duration;
    private readonly TimeProvider time;

    public GatewayTelemetry(IMeterFactory meters, Admission admission, WatchLimit watching, TimeProvider time)
    {
        this.time = time;
        var meter = meters.Create(Name);
        commands = meter.CreateCounter<long>("jobrequests.commands", "{command}", "Commands answered, by operation, outcome and code.");
        duration = meter.CreateHistogram<double>("jobrequests.command.duration", "s", "From the arrival of a command to its answer.");
        meter.CreateObservableUpDownCounter("jobrequests.commands.in_flight", () => admission.InFlight, "{command}", "Commands being handed over or waited for.");
        meter.CreateObservableUpDownCounter("jobrequests.status.waiting", () => watching.InFlight, "{request}", "Status requests that wait for an outcome.");
    }

    /// <summary>The span of a command; the way through stream and job continues it.</summary>
    public static Activity? Start(string operation) => Source.StartActivity("send " + operation, ActivityKind.Producer);

    public void Answered(string operation, string outcome, string? code, long startedAt)
    {
        var tags = new TagList { { "operation", operation }, { "outcome", outcome } };
        duration.Record(time.GetElapsedTime(startedAt).TotalSeconds, tags);
        tags.Add("code", code ?? "");
        commands.Add(1, tags);
        if (Activity.Current is { IsAllDataRequested: true } activity) activity.SetTag("jobrequests.outcome", outcome).SetTag("jobrequests.code", code);
    }
}
