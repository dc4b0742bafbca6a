using System.Collections.Immutable;
using JobRequests.Domain;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Requests;

public sealed class FingerprintTests
{
    private static readonly Caller Ann = new("ann", false);

    private static readonly JobRequestCommand.Create Create = new(["ann", "bob"], [new JobTask("t1", "windows")], null, null);

    public static IEnumerable<(string What, string Fingerprint)> Different =>
    [
        ("accept", Fingerprint.Of(Http.Job, Ann, null, new JobRequestCommand.Accept())),
        ("accept, or wait", Fingerprint.Of(Http.Job, Ann, null, new JobRequestCommand.Accept(Standby: true))),
        ("amend", Fingerprint.Of(Http.Job, Ann, null, new JobRequestCommand.Amend("x"))),
        ("amend and remove", Fingerprint.Of(Http.Job, Ann, null, new JobRequestCommand.Amend("x", Removed: [JobMembers.Place]))),
        ("another operation", Fingerprint.Of(Http.Job, Ann, null, new JobRequestCommand.Withdraw())),
        ("another job", Fingerprint.Of("6f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11", Ann, null, new JobRequestCommand.Accept())),
        ("another caller", Fingerprint.Of(Http.Job, new Caller("bob", false), null, new JobRequestCommand.Accept())),
        ("a version", Fingerprint.Of(Http.Job, Ann, 7, new JobRequestCommand.Accept())),
        ("version zero", Fingerprint.Of(Http.Job, Ann, 0, new JobRequestCommand.Accept())),
        ("decline", Fingerprint.Of(Http.Job, Ann, null, new JobRequestCommand.Decline(null))),
        ("decline with an empty reason", Fingerprint.Of(Http.Job, Ann, null, new JobRequestCommand.Decline(""))),
        ("decline with a reason", Fingerprint.Of(Http.Job, Ann, null, new JobRequestCommand.Decline("ill"))),
        ("a task", Fingerprint.Of(Http.Job, Ann, null, new JobRequestCommand.FinishTask("t1"))),
        ("another task", Fingerprint.Of(Http.Job, Ann, null, new JobRequestCommand.FinishTask("t2"))),
        ("create", Fingerprint.Of(Http.Job, Ann, null, Create)),
        ("other candidates", Fingerprint.Of(Http.Job, Ann, null, Create with { Candidates = ["annb", "ob"] })),
        ("another order", Fingerprint.Of(Http.Job, Ann, null, Create with { Candidates = ["bob", "ann"] })),
        ("another task name", Fingerprint.Of(Http.Job, Ann, null, Create with { Tasks = [new JobTask("t1", "doors")] })),
        ("no tasks", Fingerprint.Of(Http.Job, Ann, null, Create with { Tasks = [] })),
        ("a title", Fingerprint.Of(Http.Job, Ann, null, Create with { Title = "x" })),
        ("a description", Fingerprint.Of(Http.Job, Ann, null, Create with { Details = new JobDetails { Description = "x" } })),
        ("instructions", Fingerprint.Of(Http.Job, Ann, null, Create with { Details = new JobDetails { Instructions = "x" } })),
        ("a place", Fingerprint.Of(Http.Job, Ann, null, Create with { Details = new JobDetails { Place = new Place("x") } })),
        ("a point", Fingerprint.Of(Http.Job, Ann, null, Create with { Details = new JobDetails { Place = new Place("x", 0, 0) } })),
        ("a start", Fingerprint.Of(Http.Job, Ann, null, Create with { Details = new JobDetails { StartsAt = DateTimeOffset.UnixEpoch } })),
        ("metadata", Fingerprint.Of(Http.Job, Ann, null, Create with { Details = Metadata(("a", "1"), ("b", "2")) })),
        ("other metadata", Fingerprint.Of(Http.Job, Ann, null, Create with { Details = Metadata(("a", "2"), ("b", "1")) })),
        ("a repetition", Fingerprint.Of(Http.Job, Ann, null, Create with { Details = new JobDetails { Previous = Http.Job } })),
        ("a repetition of everything",
            Fingerprint.Of(Http.Job, Ann, null, Create with { Candidates = default, Tasks = default, Details = new JobDetails { Previous = Http.Job } })),
        ("a wave", Fingerprint.Of(Http.Job, Ann, null, Create with { Waves = [new Wave(1, 5)] })),
        ("another wave", Fingerprint.Of(Http.Job, Ann, null, Create with { Waves = [new Wave(1, 6)] })),
        ("a confirmation", Fingerprint.Of(Http.Job, Ann, null, Create with { ConfirmSeconds = 10 })),
        ("a deadline", Fingerprint.Of(Http.Job, Ann, null, Create with { ExpiresAt = DateTimeOffset.UnixEpoch })),
    ];

    [Fact]
    public void Every_difference_of_requests_changes_the_fingerprint()
    {
        var all = Different.ToList();
        Assert.Equal(all.Count, all.Select(entry => entry.Fingerprint).Distinct().Count());
    }

    private static JobDetails Metadata(params (string Key, string Value)[] pairs) =>
        new() { Metadata = pairs.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value) };

    [Fact]
    public void Metadata_order_and_time_zone_keep_a_fingerprint()
    {
        var utc = Metadata(("a", "1"), ("b", "2")) with { StartsAt = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        var local = Metadata(("b", "2"), ("a", "1")) with { StartsAt = new DateTimeOffset(2030, 1, 1, 2, 0, 0, TimeSpan.FromHours(2)) };

        Assert.Equal(
            Fingerprint.Of(Http.Job, Ann, null, Create with { Details = utc }), Fingerprint.Of(Http.Job, Ann, null, Create with { Details = local }));
    }

    [Fact]
    public void Role_and_time_format_do_not_change_a_fingerprint()
    {
        var utc = Create with { ExpiresAt = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        var local = Create with { ExpiresAt = new DateTimeOffset(2030, 1, 1, 2, 0, 0, TimeSpan.FromHours(2)) };

        Assert.Equal(Fingerprint.Of(Http.Job, Ann, null, utc), Fingerprint.Of(Http.Job, new Caller("ann", true), null, local));
    }

    // Kept in the documents of jobs: another form would answer old keys with 422 instead of their outcome.
    [Fact]
    public void The_form_has_not_changed_since_the_first_release() =>
        Assert.Equal("rIrVDht7I-dBDZYpFKgjDsgI0oYTLzpOCn3wq_7a5KE", Fingerprint.Of(Http.Job, Ann, 7, Create with { Title = "Окна" }));
}
