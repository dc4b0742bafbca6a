using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace JobRequests.Gateway.Hosting;

/// <summary>What an operator watches: commands by outcome, how long they took, what is in flight.</summary>
internal sealed class GatewayTelemetry
{
    public const string Name = "JobRequests.Gateway";

    private static readonly ActivitySource Source = new(Name);

    private readonly Counter<long> _commands;
    private readonly Histogram<double> _duration;
    private readonly CommandStatistics _statistics;
    private readonly TimeProvider _time;

    public GatewayTelemetry(
        IMeterFactory meters, Admission admission, WatchLimit watching, BacklogMonitor backlog, CommandStatistics statistics, TimeProvider time)
    {
        _statistics = statistics;
        _time = time;
        var meter = meters.Create(Name);
        _commands = meter.CreateCounter<long>("jobrequests.commands", "{command}", "Commands answered, by operation, outcome and code.");
        _duration = meter.CreateHistogram<double>("jobrequests.command.duration", "s", "From the arrival of a command to its answer.");
        meter.CreateObservableUpDownCounter("jobrequests.commands.in_flight", () => admission.InFlight, "{command}", "Commands being published or waited for.");
        meter.CreateObservableUpDownCounter("jobrequests.status.waiting", () => watching.InFlight, "{request}", "Status requests that wait for an outcome.");
        meter.CreateObservableGauge(
            "jobrequests.backlog", () => Observe(backlog, static forecast => forecast.Lag), "{command}", "Commands written and not finished, by partition.");
        meter.CreateObservableGauge("jobrequests.backlog.drain_rate", () => Observe(backlog, static forecast => forecast.Rate), "{command}/s",
            "Commands finished a second while the partition is behind; 0 while it keeps up.");
        meter.CreateObservableGauge("jobrequests.backlog.predicted_wait", () => Observe(backlog, static forecast => forecast.Wait.TotalSeconds), "s",
            "How long a command written now waits for its decision, by partition.");
        meter.CreateObservableGauge("jobrequests.backlog.reachable", () => backlog.IsReachable ? 1 : 0, "{state}",
            "1: the log of commands answers. 0: it does not, and commands are refused.");
    }

    /// <summary>The span of a command; the way through stream and job continues it.</summary>
    public static Activity? Start(string operation) => Source.StartActivity("send " + operation, ActivityKind.Producer);

    public void Answered(string operation, string outcome, string? code, long startedAt)
    {
        var tags = new TagList { { "operation", operation }, { "outcome", outcome } };
        var taken = _time.GetElapsedTime(startedAt);
        _statistics.Answered(outcome, taken);
        _duration.Record(taken.TotalSeconds, tags);
        tags.Add("code", code ?? "");
        _commands.Add(1, tags);
        if (Activity.Current is { IsAllDataRequested: true } activity) activity.SetTag("jobrequests.outcome", outcome).SetTag("jobrequests.code", code);
    }

    private static IEnumerable<Measurement<T>> Observe<T>(BacklogMonitor backlog, Func<Forecast, T> value)
        where T : struct =>
            backlog.Forecasts.Select((forecast, partition) => new Measurement<T>(value(forecast), new KeyValuePair<string, object?>("partition", partition)));
}
