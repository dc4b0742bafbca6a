using System.Collections.Immutable;
using System.Text;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Records.Tests;

/// <summary>Facts on their way to the views and to anyone.</summary>
public sealed class EventRecordTests
{
    private static readonly string Job = JobRequestId.Derive("zoe", "k");
    private static readonly StreamId Stream = StreamId.Create(StreamNames.FinalEvents, ViewShards.Of(Job));

    public static readonly TheoryData<JobEvent> Facts =
    [
        new JobEvent(Job, 1, "JobRequested", Wire.Now, "zoe", "k", 1,
            new JobEventData(["ann"], [new TaskSnapshot("t1", "windows", false)], "Окна", Wire.Now.AddHours(1))),
        new JobEvent(Job, 1, "JobRequested", Wire.Now, "zoe", "k", 1, new JobEventData(["ann"], [], Waiting: ["bob"], Waves: [new WaveSnapshot(1, 20)],
            ConfirmSeconds: 60, Details: new DetailsSnapshot("Окна", new PlaceSnapshot("Quay 3"), Wire.Now, Wire.Now.AddHours(1), "Key",
                ImmutableSortedDictionary<string, string>.Empty.Add("team", "night"), Job))),
        new JobEvent(Job, 6, "JobAmended", Wire.Now, "zoe", "a", 1, new JobEventData(
            ["eve"], Details: new DetailsSnapshot(Place: new PlaceSnapshot(Latitude: 0, Longitude: -9.98)), Role: "Requester", Removed: ["description"])),
        new JobEvent(Job, 7, "JobWithdrawn", Wire.Now, "ann", "w", 1, new JobEventData(Promoted: "bob")),
        new JobEvent(Job, 2, "JobDeclined", Wire.Now, "ann", "d", 1, new JobEventData(Reason: "ill")),
        new JobEvent(Job, 3, "JobExpired", Wire.Now, null, null, 1, JobEventData.None),
    ];

    private readonly EventRecordCodec _codec = Wire.Events();

    [Theory, MemberData(nameof(Facts), DisableDiscoveryEnumeration = true)]
    public void A_fact_survives_the_way(JobEvent sent)
    {
        var record = _codec.Encode(Stream, sent);
        var delivered = Assert.IsType<KafkaDecodeResult.Deliver>(_codec.Decode(Wire.Written(record, "finalevents")));

        var received = Assert.IsType<JobEvent>(delivered.Item);
        Assert.Equal(Stream, delivered.Stream);
        Assert.Equal(sent with { Data = received.Data }, received);
        Assert.Equal(record.Value!.Value.ToArray(), _codec.Encode(Stream, received).Value!.Value.ToArray());
    }

    [Fact]
    public void Anyone_can_read_a_fact_as_a_cloud_event()
    {
        var record = _codec.Encode(Stream, Facts.First().Data);
        var headers = record.Headers.ToDictionary(header => header.Name, header => Encoding.UTF8.GetString(header.Value.Span));

        Assert.Equal(Job, Encoding.UTF8.GetString(record.Key!.Value.Span));
        Assert.Equal(("1.0", $"{Job}:1", "/jobrequests", "jobrequests.JobRequested.v1"),
            (headers["ce_specversion"], headers["ce_id"], headers["ce_source"], headers["ce_type"]));
        Assert.Equal((Job, "2026-11-24T10:00:00.0000000Z", "application/json"), (headers["ce_subject"], headers["ce_time"], headers["content-type"]));
        Assert.Equal(
            $$$"""{"jobRequestId":"{{{Job}}}","version":1,"type":"JobRequested","at":"2026-11-24T10:00:00+00:00","by":"zoe","request":"k","epoch":1,"data":{"candidates":["ann"],"tasks":[{"id":"t1","name":"windows","done":false}],"title":"Окна","expiresAt":"2026-11-24T11:00:00+00:00"}}""",
            Encoding.UTF8.GetString(record.Value!.Value.Span));
    }

    [Fact]
    public void A_member_of_a_later_release_is_left_out()
    {
        var json =
            $$$"""{"jobRequestId":"{{{Job}}}","version":3,"type":"JobExpired","at":"2026-11-24T10:00:00Z","epoch":1,"mood":"sad","data":{"why":"late"}}""";

        Assert.IsType<KafkaDecodeResult.Deliver>(_codec.Decode(Wire.Foreign(Job, json, Wire.ClusterSecret, "cluster-1", "jobrequests.JobExpired.v1")));
    }

    [Fact]
    public void A_fact_not_signed_by_the_cluster_is_dead_lettered()
    {
        var json = $$$"""{"jobRequestId":"{{{Job}}}","version":3,"type":"JobExpired","at":"2026-11-24T10:00:00Z","epoch":1,"data":{}}""";

        Assert.Contains(
            "may not publish", Wire.DeadLetters(_codec.Decode(Wire.Foreign(Job, json, Wire.ImporterSecret, "importer", "jobrequests.JobExpired.v1"))));
        var record = _codec.Encode(Stream, Facts.First().Data);
        Assert.Contains("not signed",
            Wire.DeadLetters(_codec.Decode(Wire.Written(record with { Headers = [.. record.Headers.Where(header => header.Name != "signature")] }))));
        Assert.Contains(
            "not the event's job", Wire.DeadLetters(_codec.Decode(Wire.Foreign("other", json, Wire.ClusterSecret, "cluster-1", "jobrequests.JobExpired.v1"))));
    }
}
