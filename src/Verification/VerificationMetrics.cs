using System.Diagnostics.Metrics;

namespace JobRequests.Verification;

/// <summary>
/// What a watch exports, on the meter <see cref="MeterName"/>: <c>invariant_violations</c>, the violations that stand, by the tag
/// <c>invariant</c>, zeros included; <c>verification_jobs</c>, jobs judged; <c>verification_age</c>, seconds since the last judgement was complete.
/// </summary>
public sealed class VerificationMetrics : IDisposable
{
    public const string MeterName = "JobRequests.Verification";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _jobs;
    private readonly TimeProvider _time;
    private volatile IReadOnlyDictionary<Invariant, long>? _standing;
    private long _completed;

    public VerificationMetrics(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _jobs = _meter.CreateCounter<long>("verification_jobs", "{job}", "Jobs judged.");
        _meter.CreateObservableGauge("invariant_violations", Standing, "{violation}", "Violations that stand, by invariant.");
        _meter.CreateObservableGauge("verification_age", Age, "s", "Time since the last judgement was complete.");
    }

    /// <summary>A judgement is complete.</summary>
    public void Record(VerificationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        _standing = report.Violations;
        _completed = _time.GetTimestamp();
        _jobs.Add(report.Jobs);
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Standing() =>
        _standing?.Select(entry => new Measurement<long>(entry.Value, new KeyValuePair<string, object?>("invariant", entry.Key.ToString()))) ?? [];

    private IEnumerable<Measurement<double>> Age() => _standing is null ? [] : [new Measurement<double>(_time.GetElapsedTime(_completed).TotalSeconds)];
}
