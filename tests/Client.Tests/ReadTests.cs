using System.Text.Json.Nodes;
using JobRequests.Testing.Stub;

namespace JobRequests.Client.Tests;

public sealed class ReadTests
{
    private static readonly Microsoft.AspNetCore.Http.RequestDelegate JobAnswer = Answer.Json(
        200, (JsonObject)Answer.SuccessBody(version: 8)["job"]!.DeepClone());

    [Fact]
    public async Task A_job_is_read_from_the_view_or_from_itself()
    {
        await using var test = await ClientUnderTest.StartAsync(JobAnswer, JobAnswer);

        var job = await test.Client.GetJobAsync("j1");
        await test.Client.GetJobAsync("j1", Consistency.Strong, minVersion: 8);

        Assert.Equal(("j1", "Accepted", 8, "zoe", "ann"), (job.JobRequestId, job.Status, job.Version, job.Requester, job.AcceptedBy));
        Assert.Equal(200, job.Answer?.Status);
        Assert.Equal(["/v1/job-requests/j1", "/v1/job-requests/j1?consistency=strong&minVersion=8"], test.Gateway.Seen.Select(request => request.Target));
    }

    [Fact]
    public async Task A_missing_job_is_a_clear_exception()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Refused(404, "JOB_REQUEST_NOT_FOUND"));

        var exception = await Assert.ThrowsAsync<JobRequestsException>(() => test.Client.GetJobAsync("j1"));

        Assert.True(exception.IsNotFound);
        Assert.Equal("JOB_REQUEST_NOT_FOUND", exception.Code);
    }

    [Theory]
    [InlineData(200, "{}")]
    [InlineData(200, "<html>")]
    [InlineData(302, "")]
    [InlineData(404, "<html>")]
    public async Task A_foreign_answer_to_a_read_is_as_if_unreachable(int status, string body)
    {
        await using var test = await ClientUnderTest.StartAsync();
        test.Gateway.Always(Answer.Raw(status, "text/html; charset=no-such", body));
        Func<Task>[] reads =
        [
            () => test.Client.GetJobAsync("j1"), () =>
                test.Client.GetJobPageAsync(), () => test.Client.CountJobsAsync(), () => test.Client.GetHistoryAsync("j1"),
            () => test.Client.GetStatisticsAsync(), () =>
                test.Client.ExplainAsync("k1"), () => test.Client.GetTimelineAsync("k1"), () => test.Client.GetJobTimelineAsync("j1"),
            () => test.Client.GetViewRebuildAsync(), () => test.Client.GetRequestAsync("k1"), () => test.Client.DryRunAsync(JobCommand.Accept("j1")),
        ];

        foreach (var read in reads)
            Assert.Equal(HttpRequestError.InvalidResponse, (await Assert.ThrowsAsync<HttpRequestException>(read)).HttpRequestError);
    }

    [Fact]
    public async Task A_history_can_have_events_of_later_releases()
    {
        var body = JsonNode.Parse("""
            {"jobRequestId":"j1","version":2,"more":true,"events":[
              {"version":1,"type":"JobRequested","at":"2026-11-23T10:00:00.000Z","by":"zoe","epoch":1,"data":{"title":"roof"}},
              {"version":2,"type":"JobPainted","at":"2026-11-23T10:00:01.000Z","by":null,"epoch":1,"data":{}}]}
            """)!.AsObject();
        await using var test = await ClientUnderTest.StartAsync(Answer.Json(200, body));

        var history = await test.Client.GetHistoryAsync("j1");

        Assert.Equal(["JobRequested", "JobPainted"], history.Events.Select(fact => fact.Type));
        Assert.Equal("roof", history.Events[0].Data.GetProperty("title").GetString());
        Assert.Null(history.Events[1].By);
    }

    [Fact]
    public async Task An_explanation_and_timelines_are_read()
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Json(200, JsonNode.Parse("""
                {"state":"DECIDED","jobRequestId":"j1","operation":"accept","key":"k1","summary":"Lost by 38 ms.","outcome":"FAIL","rule":{"code":"ALREADY_ACCEPTED","type":"/problems/already-accepted","title":"Taken","text":"…"},
                 "version":2,"later":1,"times":{"decidedAt":"2026-11-23T10:00:00.000Z"},"position":{"partition":3,"offset":4711},"because":{"version":2,"type":"JobAccepted","at":"2026-11-23T10:00:00.000Z","by":null,"position":{"partition":3,"offset":4702}},
                 "lostBy":{"ms":38,"measured":"log"},"timeline":"/v1/…","instance":"/v1/…"}
                """)!.AsObject()),
            Answer.Json(200,
                JsonNode.Parse("""{"state":"DECIDED","jobRequestId":"j1","operation":"create","key":"k1","version":1,"hops":[{"hop":"received","at":"2026-11-23T10:00:00.000Z","ms":0},{"hop":"viewed"}]}""")!.AsObject()),
            Answer.Json(200,
                JsonNode.Parse("""{"jobRequestId":"j1","version":2,"entries":[{"by":"ann","operation":"accept","key":"a","outcome":"SUCCESS","version":2,"won":true,"times":{"decidedAt":"2026-11-23T10:00:00.000Z"}}]}""")!.AsObject()));

        var why = await test.Client.ExplainAsync("k1", Operation.Accept, "j1");
        var way = await test.Client.GetTimelineAsync("k1");
        var race = await test.Client.GetJobTimelineAsync("j1");

        Assert.Equal(("ALREADY_ACCEPTED", 38, "log", 4711, 4702),
            (why.Rule!.Code, why.LostBy!.Ms, why.LostBy.Measured, why.Position!.Offset, why.Because!.Position!.Offset));
        Assert.Equal([("received", 0.0), ("viewed", (double?)null)], way.Hops.Select(hop => (hop.Name, hop.Ms)));
        Assert.Equal(("ann", true), (race.Entries[0].By, race.Entries[0].Won));
        Assert.Equal(["/v1/requests/k1/explain?job=j1&op=accept", "/v1/requests/k1/timeline", "/v1/job-requests/j1/timeline"],
            test.Gateway.Seen.Select(request => request.Target));
    }

    [Fact]
    public async Task A_key_is_looked_up_as_long_as_wanted()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Pending(), Answer.Pending(), Answer.Decided(Answer.SuccessBody()));

        var asking = test.Client.GetRequestAsync("k1", Operation.Accept, "j1", TimeSpan.FromSeconds(45));
        await test.Clock.PassPauseAsync();
        await test.Clock.PassPauseAsync();

        Assert.IsType<CommandResult.Succeeded>(Assert.IsType<RequestStatus.Decided>(await asking).Result);
        Assert.All(test.Gateway.Seen, request => Assert.Equal(("GET", "/v1/requests/k1?job=j1&op=accept"), (request.Method, request.Target)));
        Assert.Equal("wait=30", test.Gateway.Seen[0]["Prefer"]);
    }

    [Fact]
    public async Task A_look_up_without_waiting_asks_once()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Pending(), Answer.StatusUnknown());

        Assert.IsType<RequestStatus.Pending>(await test.Client.GetRequestAsync("k1"));
        Assert.IsType<RequestStatus.Unknown>(await test.Client.GetRequestAsync("k1"));
        Assert.Equal("respond-async", test.Gateway.Seen[0]["Prefer"]);
        Assert.Equal("/v1/requests/k1", test.Gateway.Seen[0].Target);
    }

    [Fact]
    public async Task A_decided_saved_request_is_forgotten()
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Timeout(), Answer.Pending(), Answer.Decided(Answer.Problem(409, "ALREADY_ACCEPTED", "Taken", "FAIL", 2)));
        await test.Client.AcceptAsync("j1", new CommandOptions { Wait = TimeSpan.Zero });
        var saved = (await test.SavedAsync())!;

        await test.Client.GetRequestAsync(saved);
        Assert.NotNull(await test.SavedAsync());
        await test.Client.GetRequestAsync(saved);
        Assert.Null(await test.SavedAsync());
    }

    [Theory]
    [InlineData("SUCCESS", null, 3L, null)]
    [InlineData("SUCCESS", null, 3L, 2)]
    [InlineData("FAIL", "ALREADY_ACCEPTED", 2L, null)]
    public async Task A_dry_run_needs_no_key_and_saves_nothing(string outcome, string? code, long version, int? rank)
    {
        var would = new JsonObject { ["outcome"] = outcome, ["code"] = code, ["version"] = version };
        if (rank is not null) would["standby"] = new JsonObject { ["rank"] = rank };
        await using var test = await ClientUnderTest.StartAsync(Answer.Json(200, new JsonObject { ["dryRun"] = true, ["would"] = would }));

        var dryRun = await test.Client.DryRunAsync(JobCommand.Accept("j1"), ifMatch: 2);

        Assert.Equal((outcome, code, version, rank), (dryRun.Outcome, dryRun.Code, dryRun.Version, dryRun.StandbyRank));
        var sent = Assert.Single(test.Gateway.Seen);
        Assert.Equal(("/v1/job-requests/j1/accept?dryRun=true", null, "\"2\""), (sent.Target, sent.Key, sent["If-Match"]));
        Assert.Null(await test.SavedAsync());
    }

    [Fact]
    public async Task A_refused_dry_run_is_an_exception()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Refused(404, "JOB_REQUEST_NOT_FOUND"));

        await Assert.ThrowsAsync<JobRequestsException>(() => test.Client.DryRunAsync(JobCommand.Accept("j1")));
    }
}
