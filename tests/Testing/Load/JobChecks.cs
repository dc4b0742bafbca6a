using System.Text.Json;
using JobRequests.Verification;

namespace JobRequests.Testing.Load;

/// <summary>What must hold of one job and all that was said about it.</summary>
public static class JobChecks
{
    public static void Check(Request created, JsonElement document, JsonElement history, IReadOnlyList<RecordedCall> calls)
    {
        var events = history.GetProperty("events").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(Version));
        Assert.Equal(events.Count, document.GetProperty("version").GetInt32());

        var wins = events.Where(e => Type(e) == "JobAccepted" || e.GetProperty("data").TryGetProperty("promoted", out _));
        foreach (var epoch in wins.GroupBy(e => e.GetProperty("epoch").GetInt32()))
            Assert.True(epoch.Count() == 1, $"Job {created.Job} was won {epoch.Count()} times in epoch {epoch.Key}.");

        foreach (var request in calls.Where(call => call.Key is not null).GroupBy(call => (call.Caller, call.Op, call.Key, call.Job)))
        {
            var answers = request.Where(call => call.IsDecided).Select(call => (call.Outcome, call.Code, call.Version, call.Rank)).Distinct().ToList();
            Assert.True(answers.Count <= 1, $"{request.Key} was answered differently: {string.Join(" / ", answers)}");
            if (answers is not [("SUCCESS", _, { } version, _)]) continue;
            // Where everybody had declined, the next wave was opened with the answer.
            var isWidened = request.Key.Op == "decline" && Type(events[version - 1]) == "OfferWidened";
            CheckEvent(request.Key, events[isWidened ? version - 2 : version - 1]);
        }
    }

    private static void CheckEvent((string Caller, string Op, string? Key, string Job) request, JsonElement @event)
    {
        string[] expected = request.Op switch
        {
            "create" => ["JobRequested"],
            "accept" => ["JobAccepted", "StandbyJoined"],
            "decline" => ["JobDeclined", "CandidatesExhausted"],
            "withdraw" => ["JobWithdrawn", "StandbyLeft"],
            "release" => ["JobReleased"],
            "confirm" => ["AcceptanceConfirmed"],
            "amend" => ["JobAmended"],
            "start" => ["JobStarted"],
            "cancel" => ["JobCancelled"],
            _ => throw new ArgumentOutOfRangeException(nameof(request), request.Op, "This operation is not part of the load."),
        };
        Assert.Contains(Type(@event), expected);
        Assert.Equal(request.Caller, @event.GetProperty("by").GetString());
    }

    private static int Version(JsonElement @event) => @event.GetProperty("version").GetInt32();

    private static string? Type(JsonElement @event) => @event.GetProperty("type").GetString();
}
