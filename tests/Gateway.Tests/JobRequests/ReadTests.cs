using System.Diagnostics;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.JobRequests;

public sealed class ReadTests
{
    private const string Job = $"/v1/job-requests/{Http.Job}";

    [Fact]
    public async Task A_candidate_reads_only_its_part_of_the_job()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.ReadView = (job, caller, _, _) => Task.FromResult<JobSnapshot?>(caller.Person == "ann" ? Snapshots.JobOfCandidate(job) : null);

        var answer = await host.GetAsync(Job, "ann");

        Assert.Equal(
            $$"""{"jobRequestId":"{{Http.Job}}","status":"Open","epoch":1,"version":1,"title":null,"requester":"zoe","acceptedBy":null,"candidates":[{"id":"ann","answer":null}],"tasks":[{"id":"t1","name":"windows","done":false}],"createdAt":"2026-11-23T10:00:00.000Z","expiresAt":null}""",
            answer.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/history")]
    [InlineData("/timeline")]
    [InlineData("/accept")]
    [InlineData("/accept?dryRun=true")]
    public async Task The_time_of_not_found_tells_nothing(string part)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.NotFound();
        Task<Answer> AskAsync() =>
            part.StartsWith("/accept", StringComparison.Ordinal) ? host.PostAsync(Job + part, "{}", "ann") : host.GetAsync(Job + part, "ann");
        await AskAsync();

        // The job says so at once; one that has to be looked for takes some milliseconds more.
        var started = Stopwatch.GetTimestamp();
        var answer = await AskAsync();

        Assert.Equal((404, "job-request-not-found"), (answer.Status, answer.ProblemType));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromMilliseconds(24), TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("\"8\"", 304)]
    [InlineData("W/\"8\"", 304)]
    [InlineData("\"6\", \"8\"", 304)]
    [InlineData("*", 304)]
    [InlineData("\"7\"", 200)]
    public async Task A_job_that_has_not_changed_is_304(string tag, int status)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.ReadView = (job, _, _, _) => Task.FromResult<JobSnapshot?>(Snapshots.Job(job, version: 8));

        var answer = await host.GetAsync(Job, "zoe", ("If-None-Match", tag));

        Assert.Equal(status, answer.Status);
        Assert.Equal("\"8\"", answer.Header("ETag"));
        if (status == 304) Assert.Empty(answer.Text);
    }

    [Fact]
    public async Task The_job_answers_what_the_view_lacks()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Read = (job, _) => Task.FromResult<JobSnapshot?>(Snapshots.Job(job, version: 3));

        Assert.Equal("\"3\"", (await host.GetAsync(Job)).Header("ETag"));
    }

    [Fact]
    public async Task A_job_can_be_read_when_its_view_fails()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.ReadView = (_, _, _, _) => Task.FromException<JobSnapshot?>(new TimeoutException());
        host.Jobs.Read = (job, _) => Task.FromResult<JobSnapshot?>(Snapshots.Job(job, version: 3));

        Assert.Equal("\"3\"", (await host.GetAsync(Job)).Header("ETag"));
    }

    [Fact]
    public async Task The_job_answers_when_the_view_is_behind()
    {
        await using var host = await GatewayHost.StartAsync();
        var asked = 0;
        host.Jobs.ReadView = (job, _, minVersion, _) =>
        {
            asked = minVersion;
            return Task.FromResult<JobSnapshot?>(Snapshots.Job(job, version: 7));
        };
        host.Jobs.Read = (job, _) => Task.FromResult<JobSnapshot?>(Snapshots.Job(job, version: 8));

        var answer = await host.GetAsync(Job + "?minVersion=8");

        Assert.Equal(8, asked);
        Assert.Equal("\"8\"", answer.Header("ETag"));
    }

    [Fact]
    public async Task A_strong_read_asks_the_job_and_not_the_view()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.ReadView = (job, _, _, _) => Task.FromResult<JobSnapshot?>(Snapshots.Job(job, version: 7));
        host.Jobs.Read = (job, _) => Task.FromResult<JobSnapshot?>(Snapshots.Job(job, version: 8));

        Assert.Equal("\"8\"", (await host.GetAsync(Job + "?consistency=strong")).Header("ETag"));
    }

    [Fact]
    public async Task A_missing_or_invisible_job_is_404()
    {
        await using var host = await GatewayHost.StartAsync();

        var job = await host.GetAsync(Job, "eve");
        var history = await host.GetAsync(Job + "/history", "eve");

        Assert.Equal(404, job.Status);
        Assert.Equal("job-request-not-found", job.ProblemType);
        Assert.Null(job["outcome"]);
        Assert.Equal(404, history.Status);
    }

    [Fact]
    public async Task A_history_shows_each_event_without_empty_members()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.ReadHistory = (job, _) => Task.FromResult<JobHistory?>(new JobHistory(job, 2,
        [
            new JobEvent(job, 1, "JobRequested", Snapshots.CreatedAt, "zoe", "k1", 1, new JobEventData(["ann"], [new TaskSnapshot("t1", "windows", false)])),
            new JobEvent(job, 2, "JobAccepted", Snapshots.CreatedAt.AddMilliseconds(1.9), null, null, 1, JobEventData.None),
        ]));

        var answer = await host.GetAsync(Job + "/history", "ann");

        Assert.Equal(
            $$$"""{"jobRequestId":"{{{Http.Job}}}","version":2,"events":[{"version":1,"type":"JobRequested","at":"2026-11-23T10:00:00.000Z","by":"zoe","epoch":1,"data":{"candidates":["ann"],"tasks":[{"id":"t1","name":"windows","done":false}]}},{"version":2,"type":"JobAccepted","at":"2026-11-23T10:00:00.001Z","by":null,"epoch":1,"data":{}}]}""",
            answer.Text);
        Assert.Equal("\"2\"", answer.Header("ETag"));
    }

    [Fact]
    public async Task A_job_that_cannot_be_read_is_503()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Read = (_, _) => Task.FromException<JobSnapshot?>(new InvalidOperationException("secret"));

        var answer = await host.GetAsync(Job + "?consistency=strong");

        Assert.Equal(503, answer.Status);
        Assert.NotNull(answer.Header("Retry-After"));
        Assert.DoesNotContain("secret", answer.Text);
    }

    [Theory]
    [InlineData("?consistency=weak", "consistency")]
    [InlineData("?minVersion=new", "minVersion")]
    [InlineData("?minVersion=-1", "minVersion")]
    public async Task A_wrong_question_names_the_field(string query, string field)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.GetAsync(Job + query);

        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.WrongFields);
    }

    [Fact]
    public async Task An_address_that_does_not_exist_is_a_problem_too()
    {
        await using var host = await GatewayHost.StartAsync();

        Assert.Equal("not-found", (await host.GetAsync("/v2/job-requests")).ProblemType);
        var method = await host.SendAsync(HttpMethod.Delete, Job, null, "zoe");
        Assert.Equal(405, method.Status);
        Assert.Equal("method-not-allowed", method.ProblemType);
        Assert.Equal(["GET", "HEAD", "OPTIONS"], method.ContentHeaders.Allow);
    }
}
