using System.Text.Json.Nodes;
using JobRequests.Testing.Stub;

namespace JobRequests.Client.Tests;

public sealed class ListTests
{
    [Fact]
    public async Task Pages_of_jobs_are_read_when_needed()
    {
        await using var test = await ClientUnderTest.StartAsync(Page("c1", "j1", "j2"), Page("c2"), Page(null, "j3"));

        var seen = new List<string>();
        await foreach (var job in test.Client.ListJobsAsync(
            new JobFilter { Candidate = JobFilter.Me, Text = "näher & weiter" }, pageSize: 2, TestContext.Current.CancellationToken))
        {
            seen.Add(job.JobRequestId);
            if (seen.Count == 1) Assert.Single(test.Gateway.Seen);
        }

        Assert.Equal(["j1", "j2", "j3"], seen);
        const string Filter = "/v1/job-requests?candidate=me&q=n%C3%A4her%20%26%20weiter&limit=2";
        Assert.Equal([Filter, $"{Filter}&cursor=c1", $"{Filter}&cursor=c2"], test.Gateway.Seen.Select(request => request.Target));
    }

    [Fact]
    public async Task Jobs_are_counted_by_status()
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Json(200, (JsonObject)JsonNode.Parse("""{"counts":{"Open":3,"Painted":1},"total":4,"complete":false}""")!));

        var counts = await test.Client.CountJobsAsync(new JobFilter { Requester = JobFilter.Me });

        Assert.Equal((3, 1, 4, false, 200), (counts.Counts["Open"], counts.Counts["Painted"], counts.Total, counts.Complete, counts.Answer?.Status));
        Assert.Equal("/v1/job-requests/counts?requester=me", Assert.Single(test.Gateway.Seen).Target);
    }

    [Fact]
    public async Task A_refused_list_is_an_exception()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Refused(400, "VALIDATION"));

        Assert.Equal("VALIDATION", (await Assert.ThrowsAsync<JobRequestsException>(() => test.Client.GetJobPageAsync())).Code);
    }

    private static Microsoft.AspNetCore.Http.RequestDelegate Page(string? next, params string[] jobs) => Answer.Json(200, new JsonObject
    {
        ["items"] = new JsonArray([.. jobs.Select(job => Answer.SuccessBody(job: job)["job"]!.DeepClone())]),
        ["next"] = next,
    });
}
