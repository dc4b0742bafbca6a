using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using JobRequests.Testing.Backends;

namespace JobRequests.Cluster.Tests;

/// <summary>What anyone reads from <c>finalevents</c>, job by job.</summary>
internal sealed class EventLog
{
    private readonly Dictionary<string, List<JsonElement>> _events = new(StringComparer.Ordinal);

    private EventLog()
    {
    }

    public static EventLog Read(LocalCluster cluster)
    {
        var log = new EventLog();
        foreach (var record in TopicReader.ReadAll(cluster.Kafka, cluster.FinalEvents)) log.Add(record);
        return log;
    }

    /// <summary>First occurrences in order, without a gap; repeats equal; the same as the job's history, to its end.</summary>
    public void Check(string job, JsonElement history)
    {
        var told = _events.GetValueOrDefault(job) ?? [];
        var first = new List<JsonElement>();
        foreach (var jobEvent in told)
        {
            var version = jobEvent.GetProperty("version").GetInt32();
            Assert.True(version <= first.Count + 1, $"finalevents tells event {version} of job {job} after event {first.Count}.");
            if (version == first.Count + 1) first.Add(jobEvent);
            else Assert.Equal(first[version - 1].GetRawText(), jobEvent.GetRawText());
        }

        var recorded = history.GetProperty("events").EnumerateArray().ToList();
        Assert.True(recorded.Count == first.Count, $"Job {job} has {recorded.Count} events, finalevents tells {first.Count}.");
        foreach (var (there, here) in recorded.Zip(first))
            Assert.Equal(
                (there.GetProperty("type").GetString(), there.GetProperty("by").GetString(), there.GetProperty("epoch").GetInt32()),
                (here.GetProperty("type").GetString(), Optional(here, "by"), here.GetProperty("epoch").GetInt32()));
    }

    public bool Has(string job, int version) =>
        _events.TryGetValue(job, out var events) && events.Exists(jobEvent => jobEvent.GetProperty("version").GetInt32() == version);

    private void Add(ConsumeResult<byte[]?, byte[]?> record)
    {
        var jobEvent = JsonDocument.Parse(record.Message.Value).RootElement;
        var job = jobEvent.GetProperty("jobRequestId").GetString()!;
        Assert.Equal(job, Encoding.UTF8.GetString(record.Message.Key!));
        Assert.Equal($"{job}:{jobEvent.GetProperty("version").GetInt32()}", record.Header("ce_id"));
        if (!_events.TryGetValue(job, out var events)) _events.Add(job, events = []);
        events.Add(jobEvent);
    }

    private static string? Optional(JsonElement element, string member) => element.TryGetProperty(member, out var value) ? value.GetString() : null;
}
