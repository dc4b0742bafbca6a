using System.Collections.Concurrent;
using CsCheck;

namespace JobRequests.Domain.Tests;

/// <summary>A property that is never tried on a started job proves nothing about it: the generated sequences must get everywhere.</summary>
public sealed class CoverageTests
{
    [Fact]
    public void Generated_sequences_reach_every_status_event_and_rejection()
    {
        var seen = new ConcurrentDictionary<string, int>();
        const int Tried = 20_000;
        Plans.Any.Sample(plan =>
        {
            var history = History.Of(plan);
            foreach (var turn in history.Turns)
            {
                Count($"command {turn.Command?.Command.GetType().Name ?? "none"}");
                Count($"status {turn.After.Status}");
                if (turn.Rejection is not null) Count($"refusal {turn.Rejection.Code}");
                foreach (var @event in turn.Events)
                {
                    Count($"event {@event.GetType().Name}");
                    if (@event is { FormerWinner: not null, NewWinner: not null }) Count($"promoted by {@event.GetType().Name}");
                }
                if (turn is { Command: null, Events: [JobRequestEvent.OfferWidened], Before.CandidatesLeft: 0 }) Count("widened early");
            }
            if (history.Job.Epoch > 2) Count("three epochs");
            if (history.Job is { Status: JobStatus.Open, CandidatesLeft: 0, Epoch: > 1 }) Count("open with nobody left");
        }, iter: Tried);

        // Two are conditions of the request, not rules of the job: Decide does not give them. And these jobs have few candidates.
        var refusals = Rejections.All.Except([Rejections.DeadlinePassed, Rejections.VersionMismatch, Rejections.TooManyCandidates, Rejections.StandbyFull])
            .Select(rejection => $"refusal {rejection.Code}");
        var expected = Enum.GetNames<JobStatus>().Except(["None"]).Select(status => $"status {status}")
            .Concat(NestedTypes<JobRequestEvent>("event"))
            .Concat(NestedTypes<JobRequestCommand>("command"))
            .Concat(refusals)
            .Concat(["promoted by JobWithdrawn", "promoted by JobReleased", "promoted by AcceptanceLapsed", "widened early"])
            .Concat(["command none", "three epochs", "open with nobody left"]);

        string[] rare = [.. expected.Where(key => seen.GetValueOrDefault(key) < Tried / 1000)];
        Assert.Empty(rare);
        Assert.DoesNotContain(seen.Keys, key => key is "refusal DEADLINE_PASSED" or "refusal VERSION_MISMATCH" or "status None");

        void Count(string key) => seen.AddOrUpdate(key, 1, (_, count) => count + 1);
    }

    private static IEnumerable<string> NestedTypes<T>(string kind) =>
        typeof(T).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(T))).Select(type => $"{kind} {type.Name}");
}
