using JobRequests.Domain;
using JobRequests.Gateway.Tests.Hosting;

namespace JobRequests.Gateway.Tests.Product;

/// <summary>The status table against the embedded product, with nothing remembered in the gateway.</summary>
public sealed class ProductTests(ProductHost product) : IClassFixture<ProductHost>
{
    [Fact]
    public async Task A_job_goes_its_way_from_offer_to_finish()
    {
        var job = await OfferAsync();

        foreach (var (step, person, version, status) in new[]
        {
            ("accept", "ann", 2, "Accepted"), ("start", "ann", 3, "Started"), ("tasks/t1/finish", "ann", 4, "Started"),
            ("tasks/t2/finish", "ann", 5, "Started"), ("finish", "ann", 6, "Finished"),
        })
        {
            var answer = await StepAsync(job, step, person);
            Assert.Equal((200, "SUCCESS", $"\"{version}\"", status),
                (answer.Status, answer["outcome"], answer.Header("ETag"), answer.Json["job"]!["status"]!.ToString()));
        }

        var history = await product.GetAsync($"/v1/job-requests/{job}/history", "zoe");
        Assert.Equal(["JobRequested", "JobAccepted", "JobStarted", "TaskFinished", "TaskFinished", "JobFinished"], history.Json["events"]!.AsArray()
            .Select(e => e!["type"]!.ToString()));
        var view = await product.GetAsync($"/v1/job-requests/{job}?minVersion=6", "zoe");
        Assert.Equal("Finished", view["status"]);
        Assert.Equal(304, (await product.GetAsync($"/v1/job-requests/{job}", "zoe", ("If-None-Match", "\"6\""))).Status);
    }

    [Fact]
    public async Task Instructions_are_for_the_winner_and_the_rest_for_all()
    {
        const string Details = """
            "description":"all\nwindows","place":{"text":"Quay 3","latitude":53.5,"longitude":9.9},"startsAt":"2030-01-07T08:00:00.000Z","endsAt":"2030-01-07T10:00:00.000Z",
            "instructions":"the door's code","metadata":{"team":"TEAM","a.b":""}
            """;
        var team = NewKey();
        var create = $$"""{"candidates":["ann","bob"],"tasks":[],{{Details.Replace("TEAM", team, StringComparison.Ordinal)}}}""";
        var job = (await product.PostAsync("/v1/job-requests", create, "zoe", NewKey()))["jobRequestId"];
        Assert.Equal(200, (await StepAsync(job!, "accept", "ann")).Status);

        foreach (var (person, seesInstructions) in new[] { ("zoe", true), ("admin", true), ("ann", true), ("bob", false) })
        {
            var view = (await product.GetAsync($"/v1/job-requests/{job}?minVersion=2", person)).Json;
            Assert.Equal(seesInstructions ? "the door's code" : null, (string?)view["instructions"]);
            Assert.Equal(("all\nwindows", "Quay 3", 53.5, "2030-01-07T08:00:00.000Z", team),
                ((string?)view["description"], (string?)view["place"]!["text"], (double?)view["place"]!["latitude"], (string?)view["startsAt"],
                    (string?)view["metadata"]!["team"]));
            var history = (await product.GetAsync($"/v1/job-requests/{job}/history", person)).Text;
            Assert.Equal(person is "zoe" or "admin", history.Contains("the door's code", StringComparison.Ordinal));
            Assert.Contains("Quay 3", history);
            var list = (await product.GetAsync($"/v1/job-requests?metadata.team={team}&metadata.a.b=", person)).Json;
            Assert.Equal(job, (string?)Assert.Single(list["items"]!.AsArray())!["jobRequestId"]);
        }

        Assert.Empty((await product.GetAsync($"/v1/job-requests?metadata.team={team}&requester=me", "ann")).Json["items"]!.AsArray());
        Assert.Empty((await product.GetAsync($"/v1/job-requests?metadata.team={team}", "eve")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task A_dispatcher_assigns_releases_and_cancels_with_a_reason()
    {
        var job = await OfferAsync();
        await AssertRefusedAsync(409, Rejections.NotReleasable, job, "release", "zoe");
        await AssertRefusedAsync(403, Rejections.NotAllowed, job, "release", "ann");
        Assert.Equal(404, (await product.GetAsync($"/v1/job-requests/{job}", "eve")).Status);

        var assigned = await product.PostAsync($"/v1/job-requests/{job}/assign", """{"candidate":"eve"}""", "admin", NewKey());
        Assert.Equal((200, "Accepted", "eve"), (assigned.Status, (string?)assigned.Json["job"]!["status"], (string?)assigned.Json["job"]!["acceptedBy"]));
        Assert.Equal("eve", (await product.GetAsync($"/v1/job-requests/{job}?minVersion=2", "eve"))["acceptedBy"]);
        Assert.Contains(job, (await product.GetAsync("/v1/job-requests?candidate=me", "eve")).Text);
        var again = await product.PostAsync($"/v1/job-requests/{job}/assign", """{"candidate":"bob"}""", "zoe", NewKey());
        Assert.Equal((409, "ALREADY_ASSIGNED"), (again.Status, again["code"]));
        Assert.Equal(200, (await StepAsync(job, "start", "eve")).Status);

        Assert.Equal(200, (await product.PostAsync($"/v1/job-requests/{job}/release", """{"reason":"ill"}""", "zoe", NewKey())).Status);
        Assert.Equal(200, (await StepAsync(job, "accept", "ann")).Status);
        Assert.Equal(200, (await product.PostAsync($"/v1/job-requests/{job}/cancel", """{"reason":"rain"}""", "admin", NewKey())).Status);

        var events = (await product.GetAsync($"/v1/job-requests/{job}/history", "zoe")).Json["events"]!.AsArray();
        Assert.Equal(["JobRequested", "JobAssigned", "JobStarted", "JobReleased", "JobAccepted", "JobCancelled"], events.Select(e => (string?)e!["type"]));
        Assert.Equal(
            ["""{"candidate":"eve","role":"Administrator"}""", """{"reason":"ill","candidate":"eve","role":"Requester"}""",
                """{"reason":"rain","role":"Administrator"}"""],
            new[] { 1, 3, 5 }.Select(index => events[index]!["data"]!.ToJsonString()));
        // Who it is about hears why; the others hear that something happened.
        var ofEve = (await product.GetAsync($"/v1/job-requests/{job}/history", "eve")).Json["events"]!.AsArray();
        Assert.Equal("""{"reason":"ill","candidate":"eve"}""", ofEve[3]!["data"]!.ToJsonString());
        var ofAnn = (await product.GetAsync($"/v1/job-requests/{job}/history", "ann")).Json["events"]!.AsArray();
        Assert.Equal("{}", ofAnn[3]!["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Each_refusal_of_the_rules_has_its_status_and_type()
    {
        var job = await OfferAsync();
        await AssertRefusedAsync(409, Rejections.NotAccepted, job, "start", "ann");
        await AssertRefusedAsync(403, Rejections.NotAllowed, job, "cancel", "ann");
        await AssertRefusedAsync(412, Rejections.VersionMismatch, job, "accept", "ann", ("If-Match", "\"7\""));
        Assert.Equal(200, (await StepAsync(job, "accept", "ann", ("If-Match", "\"1\""))).Status);
        await AssertRefusedAsync(409, Rejections.AlreadyAccepted, job, "accept", "bob");
        await AssertRefusedAsync(409, Rejections.AlreadyAnswered, job, "accept", "ann");
        await AssertRefusedAsync(409, Rejections.NotStarted, job, "finish", "ann");
        Assert.Equal(200, (await StepAsync(job, "start", "ann")).Status);
        await AssertRefusedAsync(409, Rejections.AlreadyStarted, job, "withdraw", "ann");
        await AssertRefusedAsync(409, Rejections.TasksOpen, job, "finish", "ann");
        await AssertRefusedAsync(409, Rejections.TaskUnknown, job, "tasks/t9/finish", "ann");
        Assert.Equal(200, (await StepAsync(job, "tasks/t1/finish", "ann")).Status);
        await AssertRefusedAsync(409, Rejections.TaskAlreadyFinished, job, "tasks/t1/finish", "ann");
        Assert.Equal(200, (await StepAsync(job, "cancel", "zoe")).Status);
        await AssertRefusedAsync(409, Rejections.JobClosed, job, "tasks/t2/finish", "ann");
    }

    [Fact]
    public async Task A_job_that_nobody_touches_expires_by_itself()
    {
        var offer = await product.PostAsync(
            "/v1/job-requests", $$"""{"candidates":["ann"],"tasks":[],"expiresAt":"{{DateTimeOffset.UtcNow.AddSeconds(2):O}}"}""", "zoe", NewKey());
        var job = offer["jobRequestId"];

        // A view that is read asks no job.
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        Answer view;
        do view = await product.GetAsync($"/v1/job-requests/{job}?minVersion=2", "zoe");
        while (view["version"] == "1" && System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30));

        Assert.Equal(("2", "Expired"), (view["version"], view["status"]));
    }

    [Fact]
    public async Task A_version_mismatch_names_both_versions()
    {
        var answer = await StepAsync(await OfferAsync(), "accept", "ann", ("If-Match", "\"7\""));

        Assert.Equal(("7", "1"), (answer["expected"], answer["actual"]));
    }

    [Theory]
    [InlineData("accept")]
    [InlineData("cancel")]
    public async Task A_stranger_cannot_tell_that_a_job_exists(string step)
    {
        var job = await OfferAsync();
        var other = JobRequestId.Derive("nobody", NewKey());

        var existing = await StepAsync(job, step, "eve");
        var missing = await StepAsync(other, step, "eve");

        Assert.Equal(404, existing.Status);
        Assert.Equal("false", existing.Json["retry"]!["outcomeKnown"]!.ToString());
        Assert.Equal(Shape(missing, other), Shape(existing, job));
        Assert.Equal(404, (await product.GetAsync($"/v1/job-requests/{job}", "eve")).Status);
        Assert.Equal(404, (await product.GetAsync($"/v1/job-requests/{job}?consistency=strong", "eve")).Status);
        Assert.Equal(404, (await product.GetAsync($"/v1/job-requests/{job}/history", "eve")).Status);
        Assert.Equal(404, (await product.PostAsync($"/v1/job-requests/{job}/{step}?dryRun=true", "{}", "eve", null)).Status);

        static string Shape(Answer answer, string job) => System.Text.RegularExpressions.Regex.Replace(
            answer.Text.Replace(job, "JOB"), "notAfter=\\d+&sig=[\\w.-]+|\"outcomeKnownAt\":\"[^\"]+\"|\"traceId\":\"[^\"]+\"|/v1/requests/[^?]+", "X");
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_from_the_job()
    {
        var key = NewKey();
        var first = await product.PostAsync("/v1/job-requests", Http.Create, "zoe", key);
        var job = first["jobRequestId"]!;
        await StepAsync(job, "accept", "ann");

        var second = await product.PostAsync("/v1/job-requests", Http.Create, "zoe", key);

        Assert.Equal(201, second.Status);
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal(first.Text.Replace("\"replayed\":false", "\"replayed\":true"), second.Text);
    }

    [Fact]
    public async Task A_repeated_FAIL_stays_a_FAIL_after_reopening()
    {
        var job = await OfferAsync();
        await StepAsync(job, "accept", "ann");
        var key = NewKey();
        var first = await product.PostAsync($"/v1/job-requests/{job}/accept", "{}", "bob", key);
        await StepAsync(job, "withdraw", "ann");

        var second = await product.PostAsync($"/v1/job-requests/{job}/accept", "{}", "bob", key);

        Assert.Equal((409, "already-accepted"), (first.Status, first.ProblemType));
        Assert.Equal((409, "already-accepted", "2"), (second.Status, second.ProblemType, second["version"]));
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal(200, (await StepAsync(job, "accept", "bob")).Status);
    }

    [Fact]
    public async Task Another_payload_under_a_used_key_is_422_and_certain()
    {
        var key = NewKey();
        await product.PostAsync("/v1/job-requests", Http.Create, "zoe", key);

        var answer = await product.PostAsync("/v1/job-requests", Http.Create.Replace("windows", "doors"), "zoe", key);

        Assert.Equal(422, answer.Status);
        Assert.Equal("true", answer.Json["retry"]!["outcomeKnown"]!.ToString());
    }

    [Fact]
    public async Task An_expired_time_is_400_except_for_a_repeat()
    {
        var key = NewKey();
        var deadline = DateTimeOffset.UtcNow.AddSeconds(2);
        (string, string) header = ("Request-Deadline", deadline.ToString("O"));
        Assert.Equal(201, (await product.PostAsync("/v1/job-requests", Http.Create, "zoe", key, header)).Status);
        await UntilAsync(deadline);

        var repeat = await product.PostAsync("/v1/job-requests", Http.Create, "zoe", key, header);
        var other = await product.PostAsync("/v1/job-requests", Http.Create, "zoe", NewKey(), header);

        Assert.Equal((201, "true"), (repeat.Status, repeat.Header("Idempotency-Replayed")));
        Assert.Equal((400, "validation"), (other.Status, other.ProblemType));
    }

    [Fact]
    public async Task A_question_after_the_deadline_ends_the_command()
    {
        var job = await OfferAsync();
        var key = NewKey();
        var status = $"/v1/requests/{key}?job={job}&op=accept";

        var unknown = await product.GetAsync(status, "ann");
        var pending = await product.GetAsync(status + Signed(TimeSpan.FromMinutes(1)), "ann");
        var passed = await product.GetAsync(status + Signed(TimeSpan.FromMinutes(-1)), "ann");
        var late = await product.PostAsync($"/v1/job-requests/{job}/accept", "{}", "ann", key);

        Assert.Equal((404, "request-unknown"), (unknown.Status, unknown.ProblemType));
        Assert.Equal((200, "PENDING"), (pending.Status, pending["state"]));
        Assert.Equal((200, "DECIDED", "FAIL"), (passed.Status, passed["state"], passed["outcome"]));
        Assert.Equal("DEADLINE_PASSED", passed.Json["problem"]!["code"]!.ToString());
        Assert.Equal((409, "deadline-passed"), (late.Status, late.ProblemType));
        Assert.Equal("Open", (await product.GetAsync($"/v1/job-requests/{job}?consistency=strong", "ann"))["status"]);

        string Signed(TimeSpan later) => Http.Signed(product.Services, "ann", key, job, "accept", (DateTimeOffset.UtcNow + later).ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Questions_about_unused_keys_leave_nothing_in_a_job()
    {
        var job = await OfferAsync();

        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(404, (await product.GetAsync($"/v1/requests/{NewKey()}?job={job}&op=accept&notAfter=0", "ann")).Status);
            var key = NewKey();
            Assert.Equal(404, (await product.GetAsync($"/v1/requests/{key}?job={JobRequestId.Derive("ann", key)}&op=create&notAfter=0", "ann")).Status);
        }

        var timeline = await product.GetAsync($"/v1/job-requests/{job}/timeline", "zoe");
        Assert.Single(timeline.Json["entries"]!.AsArray());
    }

    [Fact]
    public async Task The_address_in_an_answer_leads_to_the_same_outcome()
    {
        var job = await OfferAsync();
        await StepAsync(job, "accept", "ann");
        var refused = await StepAsync(job, "accept", "bob");

        var answer = await product.GetAsync(refused["instance"]!, "bob", ("Prefer", "wait=10"));

        Assert.Equal(("DECIDED", "FAIL"), (answer["state"], answer["outcome"]));
        foreach (var member in new[] { "type", "title", "status", "code", "outcome", "instance", "jobRequestId", "version" })
            Assert.Equal(refused[member], answer.Json["problem"]![member]!.ToString());
    }

    [Fact]
    public async Task A_caller_without_wait_finds_the_outcome_at_Location()
    {
        var key = NewKey();
        var answer = await product.PostAsync("/v1/job-requests", Http.Create, "zoe", key, ("Prefer", "respond-async"));
        var location = answer.Status == 202 ? answer.Header("Location")! : $"/v1/requests/{key}";

        var outcome = await product.GetAsync(location, "zoe", ("Prefer", "wait=10"));

        Assert.Contains(answer.Status, new[] { 201, 202 });
        Assert.Equal(("DECIDED", "SUCCESS"), (outcome["state"], outcome["outcome"]));
        Assert.Equal(JobRequestId.Derive("zoe", key), outcome.Json["result"]!["jobRequestId"]!.ToString());
    }

    [Fact]
    public async Task A_dry_run_says_what_would_happen_and_changes_nothing()
    {
        var job = await OfferAsync();

        var accept = await product.PostAsync($"/v1/job-requests/{job}/accept?dryRun=true", "{}", "ann", null);
        var cancel = await product.PostAsync($"/v1/job-requests/{job}/cancel?dryRun=true", "{}", "ann", null);

        Assert.Equal("""{"outcome":"DRY_RUN","dryRun":true,"would":{"outcome":"SUCCESS","code":null,"version":2}}""", accept.Text);
        Assert.Equal("""{"outcome":"DRY_RUN","dryRun":true,"would":{"outcome":"FAIL","code":"NOT_ALLOWED","version":1}}""", cancel.Text);
        Assert.Equal("\"1\"", (await product.GetAsync($"/v1/job-requests/{job}?consistency=strong", "zoe")).Header("ETag"));
    }

    [Fact]
    public async Task Of_many_simultaneous_accepts_exactly_one_wins()
    {
        var people = Enumerable.Range(0, 40).Select(i => $"p{i}").ToList();
        var create = await product.PostAsync(
            "/v1/job-requests", $$"""{"candidates":[{{string.Join(',', people.Select(person => $"\"{person}\""))}}],"tasks":[]}""", "zoe", NewKey());

        var answers = await Task.WhenAll(people.Select(person => StepAsync(create["jobRequestId"]!, "accept", person)));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Equal(39, answers.Count(answer => answer.Status == 409 && answer.ProblemType == "already-accepted"));
    }

    [Fact]
    public async Task The_first_designs_clients_are_understood()
    {
        var request = NewKey();
        var created = await ProduceAsync(
            $$"""{"eventId":"createJobRequest","requestId":"{{request}}","cleaners":["ann","bob"],"tasks":[{"id":"t1","name":"windows","done":false}]}""");
        var job = created.Json["remoteCallResult"]!["doc"]!["jobRequestId"]!.ToString();
        var accepted = await ProduceAsync($$"""{"eventId":"accepteJobRequest","requestId":"{{request}}","jobRequestId":"{{job}}","cleanerId":"ann"}""");
        var second = await ProduceAsync($$"""{"eventId":"accepteJobRequest","requestId":"{{request}}","jobRequestId":"{{job}}","cleanerId":"bob"}""");
        var declined = await ProduceAsync($$"""{"eventId":"declineJobRequest","requestId":"{{request}}","jobRequestId":"{{job}}","cleanerId":"ann"}""");
        var stranger = await ProduceAsync($$"""{"eventId":"accepteJobRequest","requestId":"{{request}}","jobRequestId":"{{job}}","cleanerId":"eve"}""");

        Assert.Equal("ann", accepted.Json["remoteCallResult"]!["doc"]!["acceptedCleaner"]!.ToString());
        Assert.Equal("JOB_ALREADY_ACCEPTED", second["error"]);
        Assert.Equal("YOU_ALREADY_ANSWERED", declined["error"]);
        Assert.Equal("NOT_FOUND", stranger["error"]);
    }

    [Fact]
    public async Task The_service_is_ready() => Assert.Equal(200, (await product.GetAsync("/health/ready", null)).Status);

    private static string NewKey() => Guid.NewGuid().ToString("N");

    private static Task UntilAsync(DateTimeOffset time)
    {
        // The deadline of the request is real time; nothing else says that it has passed.
        var left = time - DateTimeOffset.UtcNow;
        return left > TimeSpan.Zero ? Task.Delay(left + TimeSpan.FromMilliseconds(20)) : Task.CompletedTask;
    }

    private async Task<string> OfferAsync()
    {
        var answer = await product.PostAsync(
            "/v1/job-requests", """{"candidates":["ann","bob"],"tasks":[{"id":"t1","name":"windows"},{"id":"t2","name":"doors"}]}""", "zoe", NewKey());
        Assert.Equal(201, answer.Status);
        return answer["jobRequestId"]!;
    }

    private Task<Answer> StepAsync(string job, string step, string person, params (string, string)[] headers) =>
        product.PostAsync($"/v1/job-requests/{job}/{step}", "{}", person, NewKey(), headers);

    private Task<Answer> ProduceAsync(string body) => product.SendAsync(HttpMethod.Post, "/produce", body, person: null);

    private async Task AssertRefusedAsync(int status, Rejection rejection, string job, string step, string person, params (string, string)[] headers)
    {
        var answer = await StepAsync(job, step, person, headers);
        Assert.Equal((status, rejection.Code, "FAIL"), (answer.Status, answer["code"], answer["outcome"]));
        Assert.Equal("true", answer.Json["retry"]!["outcomeKnown"]!.ToString());
    }
}
