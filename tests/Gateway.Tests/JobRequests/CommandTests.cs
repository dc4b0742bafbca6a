using JobRequests.Domain;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.JobRequests;

public sealed class CommandTests
{
    [Fact]
    public async Task A_create_that_succeeds_is_201_with_location_and_etag()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.PostAsync("/v1/job-requests", Http.Create);

        var job = JobRequestId.Derive("zoe", "k1");
        Assert.Equal(201, answer.Status);
        Assert.Equal($"/v1/job-requests/{job}", answer.Header("Location"));
        Assert.Equal("\"1\"", answer.Header("ETag"));
        Assert.Equal("k1", answer.Header("Idempotency-Key"));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal("</docs/idempotency>; rel=\"describedby\"", answer.Header("Link"));
        Assert.Null(answer.Header("Idempotency-Replayed"));
        Assert.Equal("application/json", answer.ContentHeaders.ContentType?.MediaType);
        Assert.Equal(
            $$$"""
            {"outcome":"SUCCESS","jobRequestId":"{{{job}}}","version":1,"requestKey":"k1","replayed":false,"job":{"jobRequestId":"{{{job}}}","status":"Open","epoch":1,"version":1,"title":null,"requester":"zoe","acceptedBy":null,"candidates":[{"id":"ann","answer":null},{"id":"bob","answer":null}],"candidatesLeft":2,"tasks":[{"id":"t1","name":"windows","done":false}],"createdAt":"2026-11-23T10:00:00.000Z","expiresAt":null}}
            """,
            answer.Text);
    }

    [Fact]
    public async Task A_step_that_succeeds_is_200_with_etag()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = command => new JobRequestReply.Succeeded(2, Snapshots.JobOfCandidate(command.JobRequestId), false);

        var answer = await host.PostAsync($"/v1/job-requests/{Http.Job}/accept", "{}", "ann");

        Assert.Equal(200, answer.Status);
        Assert.Equal("\"2\"", answer.Header("ETag"));
        Assert.Null(answer.Header("Location"));
        var submitted = Assert.Single(host.Jobs.Submitted);
        Assert.Equal(new Caller("ann", false), submitted.Caller);
        Assert.Equal(Http.Job, submitted.JobRequestId);
        Assert.IsType<JobRequestCommand.Accept>(submitted.Command);
        Assert.Null(answer.Json["job"]!.AsObject().ContainsKey("candidatesLeft") ? "candidatesLeft" : null);
    }

    [Fact]
    public async Task A_job_is_read_with_its_etag()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.ReadView = (job, _, _, _) => Task.FromResult<JobSnapshot?>(Snapshots.Job(job, version: 8));

        var answer = await host.GetAsync($"/v1/job-requests/{Http.Job}");

        Assert.Equal(200, answer.Status);
        Assert.Equal("\"8\"", answer.Header("ETag"));
    }

    [Fact]
    public async Task The_status_route_gives_the_outcome()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.PostAsync($"/v1/job-requests/{Http.Job}/accept", null, "ann");

        var answer = await host.GetAsync($"/v1/requests/k1?job={Http.Job}&op=accept", "ann");

        Assert.Equal(200, answer.Status);
        Assert.Equal("DECIDED", answer["state"]);
        Assert.Equal("SUCCESS", answer["outcome"]);
        Assert.Equal(Http.Job, answer.Json["result"]!["jobRequestId"]!.ToString());
    }
}
