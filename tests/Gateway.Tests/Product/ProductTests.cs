using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
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
    public async Task A_repetition_copies_what_the_body_leaves_out()
    {
        var create = """
            {"candidates":["ann","bob"],"tasks":[{"id":"t1","name":"windows"}],"title":"Windows","description":"all","instructions":"the door's code",
            "place":{"text":"Quay 3"},"metadata":{"team":"night"},"startsAt":"2030-01-07T08:00:00.000Z","endsAt":"2030-01-07T10:00:00.000Z",
            "expiresAt":"2030-01-06T08:00:00.000Z"}
            """;
        var first = (await product.PostAsync("/v1/job-requests", create, "zoe", NewKey()))["jobRequestId"]!;
        var repeat = $$"""{"previous":"{{first.ToUpperInvariant()}}","description":"again","startsAt":"2030-02-07T08:00:00.000Z"}""";
        var open = await product.PostAsync("/v1/job-requests", repeat, "zoe", NewKey());
        foreach (var step in new[] { "accept", "start", "tasks/t1/finish", "finish" }) Assert.Equal(200, (await StepAsync(first, step, "ann")).Status);

        var key = NewKey();
        var dry = await product.PostAsync("/v1/job-requests?dryRun=true", repeat, "zoe", null);
        var done = await product.PostAsync("/v1/job-requests", repeat, "zoe", key);
        var again = await product.PostAsync("/v1/job-requests", repeat, "zoe", key);
        var other = await product.PostAsync("/v1/job-requests", repeat.Replace("again", "all", StringComparison.Ordinal), "zoe", key);

        Assert.Equal((400, "previous"), (open.Status, Assert.Single(open.WrongFields)));
        Assert.Equal((200, "SUCCESS", 201, 201), (dry.Status, (string?)dry.Json["would"]!["outcome"], done.Status, again.Status));
        Assert.Equal(done.Text.Replace("\"replayed\":false", "\"replayed\":true"), again.Text);
        // The key goes with what was sent: that another body would have come to the same job does not count.
        Assert.Equal((422, "idempotency-key-reused"), (other.Status, other.ProblemType));
        var job = done.Json["job"]!.AsObject();
        foreach (var member in new[] { "jobRequestId", "createdAt" }) job.Remove(member);
        Assert.Equal(
            """
            {"status":"Open","epoch":1,"version":1,"title":"Windows","requester":"zoe","acceptedBy":null,
            "candidates":[{"id":"ann","answer":null},{"id":"bob","answer":null}],"candidatesLeft":2,"tasks":[{"id":"t1","name":"windows","done":false}],
            "expiresAt":null,"description":"again","place":{"text":"Quay 3"},"startsAt":"2030-02-07T08:00:00.000Z","instructions":"the door's code",
            "metadata":{"team":"night"},"previous":"FIRST"}
            """.Replace("\n", "", StringComparison.Ordinal).Replace("FIRST", first, StringComparison.Ordinal),
            job.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task Both_jobs_of_a_repetition_name_each_other()
    {
        var first = await OfferAsync();
        await StepAsync(first, "cancel", "zoe");

        var second = await RepeatAsync("");
        var third = await RepeatAsync(""","candidates":["eve"],"tasks":[]""");

        foreach (var job in new[] { second, third })
            Assert.Equal(first, (await product.GetAsync($"/v1/job-requests/{job}?minVersion=1", "zoe"))["previous"]);
        foreach (var (person, query) in new[] { ("zoe", "&requester=me"), ("zoe", ""), ("admin", "") })
            Assert.Equal([third, second], await ListAsync($"previous={first}{query}", person));
        Assert.Empty(await ListAsync($"previous={first}", "ann"));
        Assert.Empty(await ListAsync($"previous={second}", "zoe"));
        // The next job's candidates need not have been asked for the previous one.
        foreach (var path in new[] { "", "/history" })
            Assert.DoesNotContain(first, (await product.GetAsync($"/v1/job-requests/{third}{path}", "eve")).Text);
        Assert.Equal(400, (await product.GetAsync("/v1/job-requests?previous=x", "zoe")).Status);

        async Task<string> RepeatAsync(string more) =>
            (await product.PostAsync("/v1/job-requests", $$"""{"previous":"{{first}}"{{more}}}""", "zoe", NewKey()))["jobRequestId"]!;

        async Task<IEnumerable<string>> ListAsync(string query, string person) =>
            (await product.GetAsync($"/v1/job-requests?{query}", person)).Json["items"]!.AsArray().Select(job => job!["jobRequestId"]!.ToString());
    }

    [Theory]
    [InlineData("eve")]
    [InlineData("ann")]
    [InlineData("admin")]
    public async Task A_job_of_another_cannot_be_repeated(string person)
    {
        var job = await OfferAsync();
        await StepAsync(job, "cancel", "zoe");

        foreach (var previous in new[] { job, JobRequestId.Derive("nobody", "k") })
        {
            var answer = await product.PostAsync("/v1/job-requests", $$"""{"previous":"{{previous}}"}""", person, NewKey());
            var dry = await product.PostAsync("/v1/job-requests?dryRun=true", $$"""{"previous":"{{previous}}"}""", person, null);
            Assert.Equal((404, "job-request-not-found", "true"), (answer.Status, answer.ProblemType, answer.Json["retry"]!["outcomeKnown"]!.ToString()));
            Assert.Equal((404, "previous"), (dry.Status, Assert.Single(dry.WrongFields)));
        }
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
    public async Task Nobody_sees_a_job_before_a_wave_reaches_them()
    {
        var job = await OfferAsync(""","waves":[{"size":1,"seconds":5}]""");
        Assert.Equal(404, (await product.GetAsync($"/v1/job-requests/{job}?minVersion=1", "bob")).Status);
        Assert.Equal(404, (await StepAsync(job, "accept", "bob")).Status);
        Assert.DoesNotContain(job, (await product.GetAsync("/v1/job-requests?candidate=me", "bob")).Text);
        var seen = (await product.GetAsync($"/v1/job-requests/{job}?minVersion=1", "zoe")).Json;
        Assert.Equal("""["bob"]""", seen["waiting"]!.ToJsonString());
        Assert.NotNull(seen["nextWaveAt"]);
        Assert.Null((await product.GetAsync($"/v1/job-requests/{job}", "ann")).Json["waiting"]);

        // Nobody is left of those who were asked: the next wave comes at once, in the same write.
        Assert.Equal(200, (await StepAsync(job, "decline", "ann")).Status);
        var reached = (await product.GetAsync($"/v1/job-requests/{job}?minVersion=3", "bob")).Json;
        Assert.Equal(("Open", 3), ((string?)reached["status"], (int?)reached["version"]));
        Assert.Contains(job, (await product.GetAsync("/v1/job-requests?candidate=me", "bob")).Text);
        var key = NewKey();
        Assert.Equal(200, (await product.PostAsync($"/v1/job-requests/{job}/accept", "{}", "bob", key)).Status);
        var why = (await product.GetAsync($"/v1/requests/{key}/explain?job={job}&op=accept", "bob")).Json;
        Assert.Equal(2, (int?)why["wave"]);
        Assert.Contains("The offer reached you at ", (string?)why["summary"]);
        var events = (await product.GetAsync($"/v1/job-requests/{job}/history", "bob")).Json["events"]!.AsArray();
        Assert.Equal(["JobRequested", "JobDeclined", "OfferWidened", "JobAccepted"], events.Select(e => (string?)e!["type"]));
        Assert.Equal("""{"candidates":["bob"],"wave":2}""", events[2]!["data"]!.ToJsonString());
        Assert.DoesNotContain("ann", events.ToJsonString());
    }

    [Fact]
    public async Task A_wave_is_opened_by_time()
    {
        var job = await OfferAsync(""","waves":[{"size":1,"seconds":5}]""");

        var reached = await product.GetAsync($"/v1/job-requests/{job}", "bob");
        for (var left = 600; left > 0 && reached.Status == 404; left--)
        {
            // Until the wave is there, bob's every question is answered as if there were no job: nothing can be waited for.
            await Task.Delay(50);
            reached = await product.GetAsync($"/v1/job-requests/{job}", "bob");
        }

        var at = DateTimeOffset.Parse((string)reached.Json["candidates"]![0]!["askedAt"]!, CultureInfo.InvariantCulture);
        Assert.True(at - DateTimeOffset.Parse((string)reached.Json["createdAt"]!, CultureInfo.InvariantCulture) >= TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Who_waits_in_line_gets_the_job_and_confirms()
    {
        var job = await OfferAsync(""","confirmSeconds":60""");
        var won = await StepAsync(job, "accept", "ann");
        Assert.NotNull(won.Json["job"]!["confirmBy"]);
        var key = NewKey();
        var waits = await product.PostAsync($"/v1/job-requests/{job}/accept", """{"ifTaken":"standby"}""", "bob", key);
        Assert.Equal((200, """{"rank":1}"""), (waits.Status, waits.Json["standby"]?.ToJsonString()));
        Assert.Equal("Standby", (string?)waits.Json["job"]!["candidates"]![0]!["answer"]);

        Assert.Equal(200, (await StepAsync(job, "withdraw", "ann")).Status);

        var promoted = (await product.GetAsync($"/v1/job-requests/{job}?minVersion=4", "bob")).Json;
        Assert.Equal(("Accepted", "bob", 2), ((string?)promoted["status"], (string?)promoted["acceptedBy"], (int?)promoted["epoch"]));
        Assert.Equal(200, (await StepAsync(job, "confirm", "bob")).Status);
        await AssertRefusedAsync(409, Rejections.NotConfirmable, job, "confirm", "bob");
        // The first answer is given again, whatever happened since.
        var again = await product.PostAsync($"/v1/job-requests/{job}/accept", """{"ifTaken":"standby"}""", "bob", key);
        Assert.Equal((200, """{"rank":1}"""), (again.Status, again.Json["standby"]?.ToJsonString()));
        var ofAnn = (await product.GetAsync($"/v1/job-requests/{job}/history", "ann")).Json["events"]!.AsArray();
        Assert.Equal("{}", ofAnn[3]!["data"]!.ToJsonString());
    }

    [Fact]
    public async Task An_amendment_changes_the_job_and_adds_people()
    {
        var job = await OfferAsync(""","instructions":"ring","metadata":{"team":"night"}""");
        var amended = await product.PostAsync(
            $"/v1/job-requests/{job}/amend",
            """{"title":"all windows","instructions":null,"metadata":{"team":"day"},"addCandidates":["eve"]}""", "zoe", NewKey());
        Assert.Equal((200, "all windows", null), (amended.Status, (string?)amended.Json["job"]!["title"], amended.Json["job"]!["instructions"]));

        Assert.Equal("all windows", (await product.GetAsync($"/v1/job-requests/{job}?minVersion=2", "eve"))["title"]);
        Assert.Contains(job, (await product.GetAsync("/v1/job-requests?requester=me&metadata.team=day", "zoe")).Text);
        Assert.DoesNotContain(job, (await product.GetAsync("/v1/job-requests?requester=me&metadata.team=night", "zoe")).Text);
        var nothing = await product.PostAsync($"/v1/job-requests/{job}/amend", "{}", "zoe", NewKey());
        Assert.Equal((400, "VALIDATION"), (nothing.Status, nothing["code"]));
        var byAnn = await product.PostAsync($"/v1/job-requests/{job}/amend", """{"title":"mine"}""", "ann", NewKey());
        Assert.Equal((403, "NOT_ALLOWED"), (byAnn.Status, byAnn["code"]));
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

    /// <param name="more">Members of the body, each after a comma.</param>
    private async Task<string> OfferAsync(string more = "")
    {
        var answer = await product.PostAsync(
            "/v1/job-requests",
            $$"""{"candidates":["ann","bob"],"tasks":[{"id":"t1","name":"windows"},{"id":"t2","name":"doors"}]{{more}}}""", "zoe", NewKey());
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
