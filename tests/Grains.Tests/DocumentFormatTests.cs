using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>Documents outlive the version that wrote them.</summary>
public sealed class DocumentFormatTests
{
    private readonly Workbench _bench = new();

    [Fact]
    public void A_document_of_the_first_release_is_still_read()
    {
        _bench.Stored.Json = Golden("job-document.v1.json");

        var job = _bench.Thread.Finish(_bench.Thread.Start(() => _bench.Executor.Reads.ReadFreshAsync(Person(Requester))))!;

        Assert.Equal((5, nameof(JobStatus.Started), "bob", 2), (job.Version, job.Status, job.AcceptedBy, job.Epoch));
        Assert.Equal(["Withdrawn", "Accepted", null], job.Candidates.Select(candidate => candidate.Answer));
        Assert.Equal([false, false], job.Tasks.Select(task => task.Done));
        Assert.True(Fail(_bench.Ask(new OutcomeQuery(Person("cid"), Operations.Accept, "c1", "fp-c1", null, null)), Rejections.AlreadyAccepted).Replayed);
        Assert.Equal(4, Success(_bench.Execute(_bench.Command("bob", new JobRequestCommand.Accept(), "b1", fingerprint: "fp-b1"))).Version);
        Assert.Equal([4, 5], _bench.Publisher.Versions);
    }

    [Fact]
    public void This_version_writes_what_the_first_release_wrote()
    {
        _bench.Create(expiresAt: new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Fail(_bench.Execute(_bench.Command("ann", new JobRequestCommand.Start(), "s", ifMatch: 3)), Rejections.VersionMismatch);
        Success(_bench.Execute(_bench.Decline("bob")));

        AssertSameJson(Golden("job-document.written.json"), _bench.Stored.Json!);
    }

    [Fact]
    public void A_document_with_details_is_written_as_before_and_read()
    {
        _bench.DeliverAll(_bench.Command(Requester, new JobRequestCommand.Create(["ann"], [], "flat 7", null, Details), CreateKey));

        AssertSameJson(Golden("job-document.details.json"), _bench.Stored.Json!);
        _bench.Crash();
        var job = _bench.Thread.Finish(_bench.Thread.Start(() => _bench.Executor.Reads.ReadFreshAsync(Person(Requester))))!;
        Assert.Equal(Details, job.Details!.ToDomain());
    }

    [Fact]
    public void A_document_with_waves_and_line_is_written_as_before()
    {
        var create = new JobRequestCommand.Create(["ann", "bob", "cid"], [], Waves: [new Wave(2, 20)], ConfirmSeconds: 60);
        _bench.DeliverAll(_bench.Command(Requester, create, CreateKey), _bench.Accept("ann"), _bench.Command("bob", new JobRequestCommand.Accept(true), "b"));
        _bench.DeliverAll(_bench.Command(Requester, new JobRequestCommand.Amend("flat 8", AddCandidates: ["dee"], Removed: [JobMembers.ExpiresAt]), "m"));
        _bench.Clock.Advance(TimeSpan.FromSeconds(60));
        _bench.DeliverAll(_bench.Command("bob", new JobRequestCommand.Confirm(), "c"));
        _bench.DeliverAll(_bench.Withdraw("bob"));

        AssertSameJson(Golden("job-document.offers.json"), _bench.Stored.Json!);
        _bench.Crash();
        var job = _bench.Thread.Finish(_bench.Thread.Start(() => _bench.Executor.Reads.ReadFreshAsync(Person(Requester))))!;
        Assert.Equal(("Open", 3, 2, 1), (job.Status, job.Epoch, job.Waves!.Opened, job.Candidates.Count(candidate => candidate.Answer == "Lapsed")));
    }

    [Fact]
    public void A_repeated_job_is_stored_among_its_metadata()
    {
        var repeated = new[] { Details with { Previous = JobId }, new JobDetails { Previous = JobId } };
        foreach (var (details, stored) in repeated.Zip([$"={JobId} a.$b= team=night=shift", $"={JobId}"]))
        {
            Assert.Equal(stored, string.Join(' ', details.ToStored()!.Metadata!));
            Assert.Equal(details, details.ToStored()!.ToDomain());
            Assert.NotEqual(details, details with { Previous = null });
        }
    }

    private static JobDetails Details => new()
    {
        Description = "all windows",
        Place = new Place("Quay 3", 53.54, -9.98),
        StartsAt = new DateTimeOffset(2026, 3, 3, 8, 0, 0, TimeSpan.Zero),
        EndsAt = new DateTimeOffset(2026, 3, 3, 10, 0, 0, TimeSpan.Zero),
        Instructions = "the key is at the desk",
        Metadata = new Dictionary<string, string> { ["team"] = "night=shift", ["a.$b"] = "" }.ToImmutableSortedDictionary(),
    };

    [Fact]
    public void Members_of_a_later_version_survive_a_rewrite()
    {
        var json = JsonNode.Parse(Golden("job-document.v1.json"))!;
        json["state"]!["details"] = JsonNode.Parse("""{"description":"x","place":{"text":"y","later":9},"later":8}""");
        json["later"] = 1;
        json["state"]!["later"] = 2;
        json["state"]!["candidates"]![0]!["later"] = 3;
        json["state"]!["tasks"]![1]!["later"] = 4;
        json["events"]![0]!["later"] = 5;
        json["events"]![0]!["tasks"]![0]!["later"] = 6;
        json["requests"]![0]!["later"] = 7;
        _bench.Stored.Json = json.ToJsonString();

        Success(_bench.Execute(_bench.Command("bob", new JobRequestCommand.FinishTask("t1"), "t")));

        var after = JsonNode.Parse(_bench.Stored.Json!)!;
        int[] kept =
        [
            Later(after), Later(after["state"]), Later(after["state"]!["candidates"]![0]), Later(after["state"]!["tasks"]![1]),
            Later(after["events"]![0]), Later(after["events"]![0]!["tasks"]![0]), Later(after["requests"]![0]),
            Later(after["state"]!["details"]), Later(after["state"]!["details"]!["place"]),
        ];
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], kept);
        Assert.Equal(6, (int)after["state"]!["version"]!);
    }

    [Fact]
    public void A_newer_document_is_neither_read_nor_overwritten()
    {
        _bench.Create();
        _bench.Stored.Json = _bench.Stored.Json!.Replace("\"schema\":1", "\"schema\":2", StringComparison.Ordinal);
        var newer = _bench.Stored.Json;
        _bench.Crash();

        var delivery = _bench.Deliver(_bench.Accept("ann"));
        _bench.Pass(TimeSpan.FromSeconds(15));
        _bench.Thread.Finish(delivery);

        var read = _bench.Thread.Start(() => _bench.Executor.Reads.ReadFreshAsync(Person(Requester)));
        Assert.Contains("schema 2", Assert.Throws<InvalidDataException>(() => _bench.Thread.Finish(read)).Message);
        var history = _bench.Thread.Start(() => _bench.Executor.Reads.ReadHistoryAsync(Person(Requester)));
        Assert.Throws<InvalidDataException>(() => _bench.Thread.Finish(history));
        Assert.Equal(newer, _bench.Stored.Json);
    }

    [Fact]
    public void A_missing_event_is_noticed_when_events_are_replayed()
    {
        _bench.Create();
        Success(_bench.Execute(_bench.Decline("ann")));
        Success(_bench.Execute(_bench.Accept("bob")));
        Success(_bench.Execute(_bench.Withdraw("bob")));
        var document = _bench.Document;
        document.Events.RemoveAt(1);

        var job = CommittedJob.From(new StoredJob(document, _bench.Stored.ETag));

        Assert.Contains("Event 3 ", Assert.Throws<InvalidDataException>(() => job.ViewAt(JobId, version: 3)).Message);
    }

    [Fact]
    public void Ids_with_dots_and_dollars_are_kept_unchanged()
    {
        string[] people = ["a.b", "$x", "a:b", "__proto__", "constructor", "toString", "ё🧹", "\"quoted\"\\"];
        _bench.DeliverAll(_bench.Command(Requester, new JobRequestCommand.Create([.. people], [], null, null), CreateKey));
        foreach (var person in people) Success(_bench.Execute(_bench.Decline(person, key: "toString")));
        _bench.Crash();

        Assert.Equal(people, _bench.Document.State.Candidates.Select(candidate => candidate.Id));
        foreach (var person in people) Assert.True(Success(_bench.Execute(_bench.Decline(person, key: "toString"))).Replayed);
    }

    private static int Later(JsonNode? node) => (int)node!["later"]!;

    private static string Golden(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name));

    private static void AssertSameJson(string expected, string actual)
    {
        var options = new JsonSerializerOptions { WriteIndented = true };
        Assert.Equal(
            JsonSerializer.Serialize(JsonDocument.Parse(expected), options),
            JsonSerializer.Serialize(JsonDocument.Parse(actual), options));
    }
}
