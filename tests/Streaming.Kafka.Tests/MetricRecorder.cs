using System.Diagnostics.Metrics;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>Adds up what one instrument says about one topic.</summary>
internal sealed class MetricRecorder : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly string _topic;
    private double _sum;
    private int _count;

    public MetricRecorder(string instrument, string topic)
    {
        _topic = topic;
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (published.Meter.Name == KafkaTelemetry.Name && published.Name == instrument) listener.EnableMeasurementEvents(published);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Add(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, _) => Add(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Add(value, tags));
        _listener.Start();
    }

    public double Sum => Volatile.Read(ref _sum);

    public int Count => Volatile.Read(ref _count);

    /// <summary>Asks the gauges.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Key != "messaging.destination.name" || !_topic.Equals(tag.Value)) continue;
            lock (_listener) _sum += value;
            Interlocked.Increment(ref _count);
        }
    }
}
