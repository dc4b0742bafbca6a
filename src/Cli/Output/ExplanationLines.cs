using System.Globalization;

namespace JobRequests.Cli.Output;

/// <summary>An explanation for a person: the sentence, what it rests on, and the steps with the time between them.</summary>
internal static class ExplanationLines
{
    public static IEnumerable<string> Of(RequestExplanation why)
    {
        yield return why.Summary;
        foreach (var (name, value) in Fields(why))
        {
            if (!string.IsNullOrEmpty(value))
                yield return $"  {name,-12} {value}";
        }

        DateTimeOffset? before = null;
        foreach (var (step, at) in Steps(why.Times))
        {
            if (at is not { } time)
                continue;
            yield return $"  {step,-12} {Times.Text(time)}"
                + (before is { } last ? string.Create(CultureInfo.InvariantCulture, $"  {(time - last).TotalMilliseconds:+0;-0;+0} ms") : "");
            before = time;
        }
    }

    private static IEnumerable<(string Name, string? Value)> Fields(RequestExplanation why) =>
    [
        ("command", $"{why.Operation} of job {why.JobRequestId}"),
        ("outcome", why.Outcome is null ? why.State : why.Rule is null ? why.Outcome : $"{why.Outcome} {why.Rule.Code}"),
        ("version", string.Create(CultureInfo.InvariantCulture, $"{why.Version}{(why.Epoch is { } epoch ? $" (epoch {epoch})" : "")}")),
        ("rule", why.Rule?.Text),
        ("because of",
            why.Because is { } because
                ? string.Create(CultureInfo.InvariantCulture,
                    $"version {because.Version}, {because.Type}{(because.By is null ? "" : " by " + because.By)}{Place(because.Position)}") : null),
        ("lost by", why.LostBy is { } lead ? string.Create(CultureInfo.InvariantCulture, $"{lead.Ms:0.#} ms, measured at the {lead.Measured}") : null),
        ("place", Place(why.Position).TrimStart(' ', ',')),
        ("signed by", why.SignedBy),
        ("trace", why.Trace ?? why.TraceId),
    ];

    private static IEnumerable<(string Step, DateTimeOffset? At)> Steps(RequestTimes? times) => times is null
        ? []
        : [("received", times.ReceivedAt), ("written", times.WrittenAt), ("read", times.ReadAt), ("decided", times.DecidedAt), ("committed", times.CommittedAt),
            ("published", times.PublishedAt)];

    private static string Place(LogPosition? place) =>
        place is null ? "" : string.Create(CultureInfo.InvariantCulture, $", partition {place.Partition} offset {place.Offset}");
}
