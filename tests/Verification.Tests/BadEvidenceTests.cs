using JobRequests.Documents;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Verification.Tests;

/// <summary>Every way in which an invariant can break is seen, and named. Each case changes one thing of evidence that is good.</summary>
public sealed class BadEvidenceTests
{
    private static readonly Dictionary<string, (Invariant Expected, Func<JobEvidence, JobEvidence> Change)> Cases = new()
    {
        ["I1 two people accept in one epoch"] = (Invariant.I1,
            good => good.Decided(
                events => events.SelectMany(stored => stored.N == 4 ? [stored, stored with { By = "cid", Request = "c1" }] : (StoredEvent[])[stored]))),
        ["I1 the document names another winner"] = (Invariant.I1, good => good.WithState(state => state with { Winner = "ann" })),
        ["I1 it was assigned to somebody in the epoch that it was accepted in"] = (Invariant.I1, good => good.Decided(
            events => [events[0], .. events.Where(stored => stored.Type == "JobAccepted").Take(1),
                events[0] with { Type = "JobAssigned", By = "rita", Candidate = "dee", Candidates = null, Tasks = null }])),
        ["I1 a decline sets the winner"] = (Invariant.I1, good => good.Decided(events => events.Take(3)).WithState(state => state with { Winner = "cid" })),
        ["I1 somebody else is told to have won"] = (
            Invariant.I1, good => good.WithCall("c1", call => call with { Outcome = "SUCCESS", Code = null, Version = 4 })),
        ["I1 two people are told so, and no document was read"] = (Invariant.I1, good => (good with { Document = null, View = null, Events = null })
            .WithCall("c1", call => call with { Outcome = "SUCCESS", Code = null, Version = 4 })),

        ["I2 a request is executed twice"] = (
            Invariant.I2, good => good.Decided(events => events.SelectMany(stored => stored.N == 3 ? [stored, events[1]] : (StoredEvent[])[stored]).Take(4))),
        ["I2 a key has two outcomes"] = (
            Invariant.I2, good => good.WithDocument(document => document with { Requests = [.. document.Requests, document.Requests[^1]] })),
        ["I2 a key is answered in two ways"] = (
            Invariant.I2, good => good.WithLastCall("b1", call => call with { Outcome = "FAIL", Code = "ALREADY_ACCEPTED" })),
        ["I2 a repeat names another version"] = (Invariant.I2, good => good.WithLastCall("a1", call => call with { Version = 4 })),
        ["I2 a FAIL is not remembered"] = (Invariant.I2, good => good.WithEntry("c1", _ => null)),
        ["I2 a FAIL is remembered otherwise"] = (Invariant.I2, good => good.WithEntry("f0", entry => entry with { Code = "NOT_STARTED" })),
        ["I2 an outcome names another version than its event"] = (Invariant.I2, good => good.WithEntry("s1", entry => entry with { Version = 6 })),

        ["I3 an event is missing"] = (Invariant.I3, good => good.WithStored(events => events.Where(stored => stored.N != 5))),
        ["I3 two events have one number"] = (Invariant.I3, good => good.WithStored(events => [.. events.Take(3), events[2], .. events.Skip(3)])),
        ["I3 events are in another order"] = (Invariant.I3, good => good.WithStored(events => [events[1], events[0], .. events.Skip(2)])),
        ["I3 the last event is missing"] = (Invariant.I3, good => good.WithStored(events => events.SkipLast(1))),
        ["I3 an event is of no known type"] = (Invariant.I3, good => good.WithEvent(5, stored => stored with { Type = "JobForgotten" })),
        ["I3 an event is earlier than the one before it"] = (Invariant.I3, good => good.WithEvent(5, stored => stored with { At = JobRun.Begin.AddYears(-1) })),
        ["I3 compacted before it was published"] = (Invariant.I3, good => good.WithStored(events => events.Skip(3))
            .WithDocument(document => document with { Published = 2, OutboxSince = document.Events[0].At.ToUnixTimeMilliseconds() })),
        ["I3 compacted without need"] = (Invariant.I3, good => good.WithStored(events => events.Skip(3))),
        ["I3 published with a gap"] = (Invariant.I3, good => good.WithPublished(events => events.Where(published => published.Event.Version != 3))),
        ["I3 published in another order"] = (
            Invariant.I3, good => good.WithPublished(events => events.OrderByDescending(published => published.Event.Version))),
        ["I3 a repeat is another event"] = (Invariant.I3,
            good => good.WithPublished(events =>
                events.Select((published, i) => i > 1
                    && published.Event.Version == 2 ? published with { Event = published.Event with { By = "cid" } } : published))),

        ["I4 a success is not in the document"] = (Invariant.I4,
            good => good.WithDocument(document => document with
            { Events = [.. document.Events.SkipLast(1)], Requests = [.. document.Requests.SkipLast(1)], State = Fold(document.Events.SkipLast(1)) })),
        ["I4 a success has lost its document"] = (Invariant.I4, good => good with { Document = DocumentEvidence.None, View = ViewEvidence.None }),
        ["I4 a success was another's"] = (Invariant.I4, good => good.WithEntry("w1", entry => entry with { Version = 2 })),
        ["I4 a success is of a version that there is not"] = (Invariant.I4, good => good.WithEntry("f1", entry => entry with { Version = 9 })),
        ["I4 told success, remembered a failure"] = (
            Invariant.I4, good => good.WithCall("c1", call => call with { Outcome = "SUCCESS", Code = null, Version = 4 })),
        ["I4 told of another task"] = (Invariant.I4, good => good.WithCall("t1", call => call with { Task = "t2" })),
        ["I4 the view is missing"] = (Invariant.I4, good => good with { View = ViewEvidence.None }),
        ["I4 the view is behind what was published"] = (
            Invariant.I4, good => good.WithView(_ => StoredView.From(Fold(good.Document!.Document!.Events.Take(5))))),
        ["I4 marked, and never published"] = (Invariant.I4, good => good.WithPublished(events => events.Where(published => published.Event.Version < 7))),
        ["I4 more is marked than there is"] = (Invariant.I4, good => good.WithDocument(document => document with { Published = 8 })),
        ["I4 the sweeper would not find the outbox"] = (Invariant.I4, good => good.WithDocument(document => document with { Published = 6 })),
        ["I4 a command has no outcome"] = (Invariant.I4, good => good.WithEntry("c2", _ => null)),
        ["I4 a command was skipped though later ones were decided on"] = (Invariant.I4, good => good.WithEntry("f0", _ => null)),
        ["I4 a dead letter is nowhere"] = (Invariant.I4, good => good with { DeadLetters = [] }),
        ["I4 a bad record is not dead-lettered"] = (Invariant.I4,
            good => good.WithRequests(requests => [.. requests, new RequestEvidence(new LogPosition(0, 99), null, "not signed", IsFinished: true)])),
        ["I4 a create has no outcome"] = (Invariant.I4, good => (good with { Document = DocumentEvidence.None, View = null, Events = null, Calls = null })
            .WithRequests(requests => requests.Take(1))),

        ["I5 a stranger wins"] = (
            Invariant.I5, good => good.Decided(events => events.Select(stored => stored.N == 2 ? stored with { By = "eve" } : stored).Take(2))),
        ["I5 a candidate cancels"] = (Invariant.I5, good => good.Decided(events => [.. events.Take(2), events[1] with { Type = "JobCancelled", By = "bob" }])),
        ["I5 the loser starts"] = (Invariant.I5, good => good.Decided(events => events.Select(stored => stored.N == 5 ? stored with { By = "ann" } : stored))),
        ["I5 it went on after the end"] = (Invariant.I5, good => good.Decided(events => [.. events, events[1] with { At = events[^1].At }])),
        ["I18 somebody expires a job"] = (
            Invariant.I18, good => good.Decided(events => [events[0] with { ExpiresAt = events[0].At }, events[1] with { Type = "JobExpired" }])),
        ["I18 a job without a deadline expires"] = (
            Invariant.I18, good => good.Decided(events => [events[0], events[1] with { Type = "JobExpired", By = null, Request = null }])),
        ["I5 it was won after its deadline"] = (Invariant.I5, good => good.Decided(events => [events[0] with { ExpiresAt = events[0].At }, events[1]])),
        ["I5 an event names no request"] = (Invariant.I5, good => good.WithEvent(5, stored => stored with { Request = null })),
        ["I5 nobody declined, and all are gone"] = (Invariant.I5, good => good.Decided(events => [events[0], events[1] with { Type = "CandidatesExhausted" }])),
        ["I5 all have declined, and it stays open"] = (
            Invariant.I5, good => good.Decided(events => [events[0] with { Candidates = ["ann"] }, events[1] with { Type = "JobDeclined" }])),
        ["I5 the job's id is another's"] = (Invariant.I5, good => good with { Job = Domain.JobRequestId.Derive("zoe", JobRun.CreateKey) }),
        ["I5 the ledger does not know what happened"] = (Invariant.I5, good => good.WithEntry("s1", _ => null)),
        ["I5 nobody sent the command"] = (Invariant.I5, good => good.WithRequests(requests => requests.Where(request => request.Command!.Key != "s1"))),
        ["I5 nobody called for it"] = (Invariant.I5, good => good.WithCalls(calls => calls.Where(call => call.Key != "s1"))),
        ["I5 an outcome names another record"] = (Invariant.I5, good => good.WithEntry("s1", entry => entry with { Offset = 0 })),
        ["I5 an outcome is of another payload"] = (Invariant.I5, good => good.WithEntry("s1", entry => entry with { Fingerprint = "other" })),

        ["I6 it failed and happened"] = (Invariant.I6, good => good.WithEntry("s1", entry => entry with { Code = "NOT_ACCEPTED", Version = 4 })),
        ["I6 told FAIL, and it happened"] = (Invariant.I6, good => good.WithCall("s1", call => call with { Outcome = "FAIL", Code = "NOT_ACCEPTED" })),
        ["I6 refused with 503, and it happened"] = (
            Invariant.I6, good => good.WithCall("s1", call => call with { Outcome = "REFUSED", Status = 503, Code = "OVERLOADED", Version = null })),
        ["I6 refused with 503, and it was decided"] = (
            Invariant.I6, good => good.WithCall("c1", call => call with { Outcome = "REFUSED", Status = 503, Code = "OVERLOADED", Version = null })),

        ["I7 it was cancelled by a right that the caller did not have"] = (Invariant.I7, good => good.Decided(
            events => [.. events.Take(5).Select(
                stored => stored.N == 5 ? stored with { Type = "JobReleased", Candidate = "bob", Role = "Administrator" } : stored)])),
        ["I7 a FAIL that the rules do not say"] = (Invariant.I7, good => good.WithEntry("b0", entry => entry with { Version = 1 })),
        ["I7 a FAIL with another reason"] = (Invariant.I7, good => good.WithEntry("c2", entry => entry with { Code = "ALREADY_STARTED" })),
        ["I7 a FAIL that there is not"] = (Invariant.I7, good => good.WithEntry("c2", entry => entry with { Code = "NOT_TODAY" })),
        ["I7 a mismatch that is none"] = (Invariant.I7, good => good.WithEntry("m1", entry => entry with { Expected = 5 })),
        ["I7 a FAIL kept of a closed job"] = (Invariant.I7, good => good.WithEntry("f0", entry => entry with { Version = 7 })),
        ["I7 outcomes out of order"] = (
            Invariant.I7, good => good.WithDocument(document => document with { Requests = [.. document.Requests.AsEnumerable().Reverse()] })),
        ["I7 a deadline that had not passed"] = (Invariant.I7, good => good.WithEntry("c1", entry => entry with { Code = "DEADLINE_PASSED" })),
        ["I7 decided after its deadline"] = (Invariant.I7,
            good => good.WithRequests(requests =>
                requests.Select(
                    request => request.Command!.Key == "w1" ? request with { Command = request.Command with { NotAfter = JobRun.Begin } } : request))),
        ["I7 decided at another version than asked for"] = (Invariant.I7,
            good => good.WithRequests(requests =>
                requests.Select(request => request.Command!.Key == "w1" ? request with { Command = request.Command with { IfMatch = 9 } } : request))),
        ["I7 an old state was read after a new one"] = (
            Invariant.I7, good => good.WithCalls(calls => calls.Select(call => call is { Op: "get", Caller: "rita" } ? call with { Version = 2 } : call))),
        ["I7 told closed while it was open"] = (Invariant.I7, good => good.WithCall("c9", call => call with { Version = 4 })),

        ["I8 minVersion is not honoured"] = (
            Invariant.I8, good => good.WithCalls(calls => calls.Select(call => call is { Op: "get", Caller: "ann" } ? call with { Version = 4 } : call))),

        ["I9 the view is another"] = (Invariant.I9, good => good.WithView(view => StoredView.From(view.State with { Winner = "cid" }))),
        ["I9 the view is ahead"] = (Invariant.I9, good => good.WithView(view => StoredView.From(view.State with { Version = 8 }))),
        ["I9 the view is of no job"] = (Invariant.I9, good => good with { Document = DocumentEvidence.None }),
        ["I9 the view's columns are others"] = (Invariant.I9, good => good.WithView(view => view with { Status = "Open" })),
        ["I9 the view cannot be read"] = (Invariant.I9, good => good with { View = new ViewEvidence(null, "no JSON") }),
        ["I9 the view's status is none"] = (Invariant.I9, good => good.WithView(view => StoredView.From(view.State with { Status = "Lost" }))),
        ["I9 a view took an event twice"] = (Invariant.I9, good => good.WithView(view => StoredView.From(view.State with { Epoch = 3 }))),

        ["I10 the state is another"] = (Invariant.I10, good => good.WithState(state => state with { Title = "flat 8" })),
        ["I10 the state cannot be read"] = (Invariant.I10, good => good.WithState(state => state with { Status = "Lost" })),
        ["I10 the document cannot be read"] = (Invariant.I10, good => good with { Document = new DocumentEvidence(null, "no JSON") }),
        ["I10 an event names another epoch"] = (Invariant.I10, good => good.WithEvent(4, stored => stored with { Epoch = 1 })),
        ["I10 the index of deadlines is wrong"] = (Invariant.I10, good => good.WithDocument(document => document with { DueAt = 1 })),
        ["I10 published otherwise"] = (Invariant.I10,
            good => good.WithPublished(events =>
                events.Select(published => published.Event.Version == 5 ? published with { Event = published.Event with { At = JobRun.Begin } } : published))),
        ["I10 published before it was written"] = (Invariant.I10,
            good => good.WithDocument(document => document with
            {
                Events = [.. document.Events.SkipLast(1)],
                Requests = [.. document.Requests.SkipLast(1)],
                State = Fold(document.Events.SkipLast(1)),
                Published = 6
            })),
        ["I10 published of no document"] = (Invariant.I10, good => good with { Document = DocumentEvidence.None, View = ViewEvidence.None, Calls = null }),

        ["I11 an answer is late"] = (Invariant.I11, good => good.WithCall("f1", call => call with { End = call.Start + 5_300_000_000 })),
        ["I11 later than the caller would wait"] = (
            Invariant.I11, good => good.WithCall("f1", call => call with { Wait = 1, End = call.Start + 1_300_000_000 })),

        ["I12 a stranger learns of the job"] = (
            Invariant.I12, good => good.WithCall("e1", call => call with { Outcome = "FAIL", Code = "NOT_ALLOWED", Version = 5 })),
        ["I12 a candidate learns who won"] = (
            Invariant.I12, good => good.WithCalls(calls => calls.Select(call => call is { Op: "get", Caller: "cid" } ? call with { Winner = "ann" } : call))),
        ["I12 a candidate sees others"] = (Invariant.I12,
            good => good.WithCalls(calls => calls.Select(call => call is { Op: "get", Caller: "cid" } ? call with { Seen = ["cid", "bob"] } : call))),
        ["I12 the answer to another request"] = (Invariant.I12, good => good.WithCall("c1", call => call with { AnswerKey = "b1" })),
        ["I12 the answer of another job"] = (Invariant.I12, good => good.WithCall("c1", call => call with { AnswerJob = "other" })),

        ["I14 another outcome after the cache was wiped"] = (
            Invariant.I14, good => good.WithLastCall("b1", call => call with { Outcome = "FAIL", Code = "ALREADY_ACCEPTED" })),
        ["I14 a repeat after the wipe counts as new"] = (Invariant.I14, good => good.WithLastCall("b1", call => call with { Replayed = false })),

        ["I15 two people won, and no version says when"] = (Invariant.I15, good => (good with { Document = null, View = null, Events = null })
            .WithCall("c1", call => call with { Outcome = "SUCCESS", Code = null, Version = null })),
        ["I15 an accept failed while the job was open"] = (Invariant.I15, good => (good with { Document = null, View = null, Events = null })
            .WithCall("a1", call => call with { Outcome = "FAIL", Code = "ALREADY_ACCEPTED", Version = 1 })),

        ["I16 somebody whom no wave has reached is told"] = (Invariant.I16, good => good.Decided(
            events => [events[0] with { Candidates = ["ann", "bob"], Waiting = ["cid", "dee"], Waves = [new StoredWave(2, 60)] }, .. events.Skip(1)])),

        ["I17 the job opens though somebody waits for it"] = (Invariant.I17, good => WithLine(good, promoted: null)),
        ["I17 another than the first in line is promoted"] = (Invariant.I17, good => WithLine(good, promoted: "cid")),
        ["I17 told another place in the line"] = (Invariant.I17, good => WithLine(good, promoted: "bob").WithCall(
            "c1", call => call with { Caller = "bob", Outcome = "SUCCESS", Code = null, Version = 3, Rank = 2 })),

        ["I18 a wave comes early"] = (Invariant.I18, good => good.Decided(events =>
        [
            events[0] with { Candidates = ["ann", "bob"], Waiting = ["cid", "dee"], Waves = [new StoredWave(2, 60)] },
            events[0] with { Type = "OfferWidened", By = null, Request = null, Wave = 2, Candidates = ["cid", "dee"], Tasks = null, Title = null },
        ])),
        ["I18 a win lapses that was confirmed"] = (Invariant.I18, good => good.Decided(events =>
        [
            events[0] with { ConfirmSeconds = 60 }, events[1], events[1] with { Type = "AcceptanceConfirmed", Request = "k9" },
            events[1] with { Type = "AcceptanceLapsed", By = null, Request = null, Candidate = events[1].By, At = events[1].At.AddMinutes(1) },
        ])),
    };

    private static JobEvidence WithLine(JobEvidence good, string? promoted) => good.Decided(events =>
    [
        .. events.Take(2), events[1] with { Type = "StandbyJoined", By = "bob", Request = "c2", Rank = 1 },
        events[2] with { Promoted = promoted },
    ]);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public void The_sample_is_good() => Assert.Empty(JobChecker.Check(SampleJob.Run().Evidence(), new CheckRules { Settled = true }).Violations);

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_flagged(string name)
    {
        var (expected, change) = Cases[name];

        var violations = JobChecker.Check(change(SampleJob.Run().Evidence()), new CheckRules()).Violations;

        Assert.Contains(violations, violation => violation.Invariant == expected);
        Assert.All(violations, violation => Assert.NotEmpty(violation.Message));
    }

    [Fact]
    public void Every_invariant_of_a_single_job_has_a_case() =>
        Assert.Equal(Invariants.All.Where(invariant => invariant != Invariant.I13), Cases.Values.Select(each => each.Expected).Distinct().Order());

    private static StoredState Fold(IEnumerable<StoredEvent> events) =>
        events.Aggregate(Domain.JobRequest.Initial, (job, stored) => Domain.JobRequest.Evolve(job, stored.ToDomain())).ToStored();
}
