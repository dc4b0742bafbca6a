using System.Text;
using JobRequests.Domain;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Requests;

/// <summary>Each gets its status and problem type with the field named, nothing is published, the next request works.</summary>
public sealed class BadInputTests(BadInputTests.Fixture fixture) : IClassFixture<BadInputTests.Fixture>
{
    private const string Create = "/v1/job-requests";
    private const string Decline = $"/v1/job-requests/{Http.Job}/decline";

    public static TheoryData<string, string> BadCreates => new()
    {
        { "", "" },
        { "null", "" },
        { "[]", "" },
        { "\"text\"", "" },
        { "{", "" },
        { "{} {}", "" },
        { "{\"candidates\":[\"ann\"],}", "" },
        { "/* comment */ {}", "" },
        { "{}", "candidates tasks" },
        { """{"candidates":["ann"]}""", "tasks" },
        { """{"candidates":null,"tasks":[]}""", "candidates" },
        { """{"candidates":[],"tasks":[]}""", "candidates" },
        { """{"candidates":"ann","tasks":[]}""", "candidates" },
        { """{"candidates":["ann",7],"tasks":[]}""", "candidates[1]" },
        { """{"candidates":["ann",null],"tasks":[]}""", "candidates[1]" },
        { """{"candidates":["ann","bob","eve","ann"],"tasks":[]}""", "candidates[3]" },
        { """{"candidates":[""],"tasks":[]}""", "candidates[0]" },
        { """{"candidates":["$x"],"tasks":[]}""", "candidates[0]" },
        { """{"candidates":["a:b"],"tasks":[]}""", "candidates[0]" },
        { """{"candidates":["a b"],"tasks":[]}""", "candidates[0]" },
        { """{"candidates":["ann\u0000"],"tasks":[]}""", "candidates[0]" },
        { """{"candidates":["ann\n"],"tasks":[]}""", "candidates[0]" },
        { """{"candidates":["🐱"],"tasks":[]}""", "candidates[0]" },
        { """{"candidates":["\ud83d"],"tasks":[]}""", "candidates[0]" },
        { $$"""{"candidates":["{{new string('a', 65)}}"],"tasks":[]}""", "candidates[0]" },
        { $$"""{"candidates":[{{string.Join(',', Enumerable.Range(0, 1001).Select(i => $"\"p{i}\""))}}],"tasks":[]}""", "candidates" },
        { """{"candidates":["ann"],"tasks":{}}""", "tasks" },
        { """{"candidates":["ann"],"tasks":[null]}""", "tasks[0]" },
        { """{"candidates":["ann"],"tasks":[{}]}""", "tasks[0].id tasks[0].name" },
        { """{"candidates":["ann"],"tasks":[{"id":"t1"}]}""", "tasks[0].name" },
        { """{"candidates":["ann"],"tasks":[{"id":"t1","name":""}]}""", "tasks[0].name" },
        { """{"candidates":["ann"],"tasks":[{"id":"t 1","name":"n"}]}""", "tasks[0].id" },
        { """{"candidates":["ann"],"tasks":[{"id":"🐱","name":"n"}]}""", "tasks[0].id" },
        { """{"candidates":["ann"],"tasks":[{"id":"..","name":"n"},{"id":".","name":"n"},{"id":"...","name":"n"}]}""", "tasks[0].id tasks[1].id" },
        { """{"candidates":["ann"],"tasks":[{"id":"t1","name":"n"},{"id":"t1","name":"m"}]}""", "tasks[1].id" },
        { """{"candidates":["ann"],"tasks":[{"id":"t1","name":"n","done":true}]}""", "tasks[0].done" },
        { """{"candidates":["ann"],"tasks":[{"id":"t1","name":"a\u0007b"}]}""", "tasks[0].name" },
        { """{"candidates":["ann"],"tasks":[{"id":"t1","name":"n","price":3}]}""", "tasks[0].price" },
        { $$"""{"candidates":["ann"],"tasks":[{{string.Join(',', Enumerable.Range(0, 201).Select(i => $$"""{"id":"t{{i}}","name":"n"}"""))}}]}""", "tasks" },
        { """{"candidates":["ann"],"tasks":[],"title":7}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":""}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":" \u3000"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"pay\u200b"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"\u202egnp.exe"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"a\u2066b"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"a\u2028b"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"\u3164"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"\u200d"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"\u0301 \u20dd"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"\ufe0f"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"\u034f\u17b4"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"\ue000\ufdd0"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"a\ud834\udd59"}""", "title" },
        { """{"candidates":["ann"],"tasks":[{"id":"t1","name":"a\ufeffb"}]}""", "tasks[0].name" },
        { """{"candidates":["\u0430nn"],"tasks":[]}""", "candidates[0]" },
        { """{"candidates":["ann"],"tasks":[],"title":"a\u001bb"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"\udc00"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"title":"\ud83d and no more"}""", "title" },
        { $$"""{"candidates":["ann"],"tasks":[],"title":"{{new string('x', 201)}}"}""", "title" },
        { """{"candidates":["ann"],"tasks":[],"expiresAt":"tomorrow"}""", "expiresAt" },
        { """{"candidates":["ann"],"tasks":[],"expiresAt":"2030-01-01T00:00:00"}""", "expiresAt" },
        { """{"candidates":["ann"],"tasks":[],"expiresAt":1795000000000}""", "expiresAt" },
        { """{"candidates":["ann"],"tasks":[],"startsAt":"2030-01-01T10:00:00Z","endsAt":"2030-01-01T09:00:00Z"}""", "endsAt" },
        { """{"candidates":["ann"],"tasks":[],"startsAt":"2030-01-01T10:00:00Z","endsAt":"2030-01-01T10:00:00Z"}""", "endsAt" },
        { """{"candidates":["ann"],"tasks":[],"startsAt":"tomorrow"}""", "startsAt" },
        { """{"candidates":["ann"],"tasks":[],"place":{}}""", "place" },
        { """{"candidates":["ann"],"tasks":[],"place":{"latitude":1}}""", "place" },
        { """{"candidates":["ann"],"tasks":[],"place":{"latitude":91,"longitude":1}}""", "place.latitude" },
        { """{"candidates":["ann"],"tasks":[],"place":{"latitude":1,"longitude":-180.5}}""", "place.longitude" },
        { $$$"""{"candidates":["ann"],"tasks":[],"place":{"text":"{{{new string('x', 201)}}}"}}""", "place.text" },
        { """{"candidates":["ann"],"tasks":[],"place":{"text":"x","map":"y"}}""", "place.map" },
        { $$"""{"candidates":["ann"],"tasks":[],"description":"{{new string('x', 4_001)}}"}""", "description" },
        { """{"candidates":["ann"],"tasks":[],"description":"a\u0007b"}""", "description" },
        { $$"""{"candidates":["ann"],"tasks":[],"instructions":"{{new string('x', 4_001)}}"}""", "instructions" },
        { """{"candidates":["ann"],"tasks":[],"waves":[]}""", "waves" },
        { """{"candidates":["ann"],"tasks":[],"waves":[null]}""", "waves" },
        { """{"candidates":["ann"],"tasks":[],"waves":[{"size":1}]}""", "waves[0].seconds" },
        { """{"candidates":["ann"],"tasks":[],"waves":[{"size":1,"seconds":5},{"size":0,"seconds":5}]}""", "waves[1].size" },
        { """{"candidates":["ann"],"tasks":[],"waves":[{"size":1,"seconds":4}]}""", "waves[0].seconds" },
        { """{"candidates":["ann"],"tasks":[],"waves":[{"size":1,"seconds":86401}]}""", "waves[0].seconds" },
        { $$$"""{"candidates":["ann"],"tasks":[],"waves":[{{{string.Join(',', Enumerable.Repeat("""{"size":1,"seconds":5}""", 21))}}}]}""", "waves" },
        { """{"candidates":["ann"],"tasks":[],"confirmSeconds":9}""", "confirmSeconds" },
        { """{"candidates":["ann"],"tasks":[],"confirmSeconds":86401}""", "confirmSeconds" },
        { """{"candidates":["ann"],"tasks":[],"metadata":{"$x":"1"}}""", "metadata" },
        { """{"candidates":["ann"],"tasks":[],"metadata":{"":"1"}}""", "metadata" },
        { """{"candidates":["ann"],"tasks":[],"metadata":{"a":null}}""", "metadata.a" },
        { """{"candidates":["ann"],"tasks":[],"metadata":{"a":1}}""", "metadata.a" },
        { $$$"""{"candidates":["ann"],"tasks":[],"metadata":{"a":"{{{new string('x', 501)}}}"}}""", "metadata.a" },
        { $$$"""{"candidates":["ann"],"tasks":[],"metadata":{{{{string.Join(',', Enumerable.Range(0, 21).Select(number => $"\"k{number}\":\"\""))}}}}}""",
            "metadata" },
        { """{"previous":"last week's"}""", "previous" },
        { """{"previous":7}""", "previous" },
        { """{"previous":null}""", "candidates tasks" },
        { """{"candidates":["ann"],"tasks":[],"requester":"eve"}""", "requester" },
        { """{"candidates":["ann"],"tasks":[],"Title":"x"}""", "Title" },
        { """{"candidates":["ann"],"candidates":["eve"],"tasks":[]}""", "candidates" },
        { """{"candidates":["ann"],"tasks":[],"requestId":"other"}""", "requestId" },
        { "{\"candidates\":[\"ann\"],\"tasks\":[],\"x\":" + new string('[', 30) + new string(']', 30) + "}", "" },
        { """{"candidates":["ann"],"tasks":[],"x":[[[[[[[]]]]]]]}""", "x" },
    };

    public static TheoryData<string, string, string> BadSteps => new()
    {
        { "assign", "{}", "candidate" },
        { "assign", "", "" },
        { "assign", """{"candidate":"a b"}""", "candidate" },
        { "assign", """{"candidate":null}""", "candidate" },
        { "release", """{"reason":"a\u0007"}""", "reason" },
        { "cancel", $$"""{"reason":"{{new string('x', 201)}}"}""", "reason" },
        { "cancel", """{"candidate":"ann"}""", "candidate" },
    };

    [Theory]
    [MemberData(nameof(BadSteps))]
    public async Task A_wrong_body_of_a_dispatcher_is_400(string step, string body, string field)
    {
        var answer = await fixture.Host.PostAsync($"{Create}/{Http.Job}/{step}", body);

        Assert.Equal((400, "validation"), (answer.Status, answer.ProblemType));
        Assert.Equal([field], answer.WrongFields);
        await AssertNothingHappenedAsync();
    }

    public static TheoryData<string, string, string> BadHeaders => new()
    {
        { "Prefer", "dry-run", "Prefer" },
        { "Prefer", "wait=1, dryRun=true", "Prefer" },
        { "Dry-Run", "true", "Dry-Run" },
        { "X-DryRun", "1", "X-DryRun" },
        { "If-Match", "7", "If-Match" },
        { "If-Match", "\"seven\"", "If-Match" },
        { "If-Match", "W/\"7\"", "If-Match" },
        { "If-Match", "\"7\", \"8\"", "If-Match" },
        { "If-Match", "*", "If-Match" },
        { "Request-Deadline", "tomorrow", "Request-Deadline" },
        { "Request-Deadline", "2030-01-01T00:00:00", "Request-Deadline" },
    };

    [Theory]
    [MemberData(nameof(BadCreates))]
    public async Task A_wrong_body_is_400_and_names_the_field(string body, string fields)
    {
        var answer = await fixture.Host.PostAsync(Create, body);

        Assert.Equal(400, answer.Status);
        Assert.Equal("validation", answer.ProblemType);
        Assert.Equal("REFUSED", answer["outcome"]);
        Assert.Equal(fields.Split(' '), answer.WrongFields);
        await AssertNothingHappenedAsync();
    }

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public async Task A_header_that_is_wrong_is_400_and_named(string name, string value, string field)
    {
        var answer = await fixture.Host.PostAsync(Create, Http.Create, "zoe", "k1", (name, value));

        Assert.Equal(400, answer.Status);
        Assert.Equal("validation", answer.ProblemType);
        Assert.Equal([field], answer.WrongFields);
        await AssertNothingHappenedAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("\"k1")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("k1, k2")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public async Task A_key_of_another_form_is_400(string key)
    {
        var answer = await fixture.Host.PostAsync(Create, Http.Create, "zoe", key);

        Assert.Equal(400, answer.Status);
        Assert.Equal("idempotency-key-malformed", answer.ProblemType);
        Assert.Equal(["Idempotency-Key"], answer.WrongFields);
        await AssertNothingHappenedAsync();
    }

    [Theory]
    [InlineData("Idempotency-Key: k1\r\nIdempotency-Key: k1\r\n")]
    [InlineData("Idempotency-Key: schl\u00c3\u00bcssel\r\n")]
    public async Task Two_keys_or_one_that_is_not_ASCII_are_400(string headers)
    {
        var answer = await fixture.Host.SendRawAsync(
            $"POST {Create} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer dev-zoe\r\n{headers}Content-Type: "
                + $"application/json\r\nContent-Length: {Http.Create.Length}\r\n\r\n{Http.Create}");

        Assert.StartsWith("HTTP/1.1 400", answer);
        Assert.Contains("/problems/idempotency-key-malformed", answer);
        await AssertNothingHappenedAsync();
    }

    [Fact]
    public async Task No_key_is_400()
    {
        var answer = await fixture.Host.PostAsync(Create, Http.Create, "zoe", key: null);

        Assert.Equal(400, answer.Status);
        Assert.Equal("idempotency-key-missing", answer.ProblemType);
        Assert.Equal("true", answer.Json["retry"]!["outcomeKnown"]!.ToString());
        await AssertNothingHappenedAsync();
    }

    [Fact]
    public async Task A_key_in_the_body_is_checked_too()
    {
        var answer = await fixture.Host.PostAsync(Decline, """{"requestId":"a b"}""", "ann", key: null);

        Assert.Equal(400, answer.Status);
        Assert.Equal("idempotency-key-malformed", answer.ProblemType);
        Assert.Equal(["requestId"], answer.WrongFields);
        await AssertNothingHappenedAsync();
    }

    [Theory]
    [InlineData("""{"reason":7}""", "reason")]
    [InlineData("""{"reason":"a\u0000b"}""", "reason")]
    [InlineData("""{"why":"x"}""", "why")]
    public async Task A_wrong_decline_names_the_field(string body, string field)
    {
        var answer = await fixture.Host.PostAsync(Decline, body, "ann");

        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.WrongFields);
        await AssertNothingHappenedAsync();
    }

    [Fact]
    public async Task A_reason_longer_than_200_characters_is_400()
    {
        var answer = await fixture.Host.PostAsync(Decline, $$"""{"reason":"{{new string('x', 201)}}"}""", "ann");

        Assert.Equal(["reason"], answer.WrongFields);
        await AssertNothingHappenedAsync();
    }

    [Theory]
    [InlineData("accept", """{"reason":"x"}""", "reason")]
    [InlineData("tasks/t%201/finish", "{}", "task")]
    [InlineData("accept?dryRun=perhaps", "{}", "dryRun")]
    public async Task A_wrong_step_names_the_field(string step, string body, string field)
    {
        var answer = await fixture.Host.PostAsync($"/v1/job-requests/{Http.Job}/{step}", body, "ann");

        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.WrongFields);
        await AssertNothingHappenedAsync();
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task A_body_that_is_not_JSON_is_415(string? contentType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Create);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer dev-zoe");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "k1");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Http.Create));
        if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        var answer = await fixture.Host.SendAsync(request);

        Assert.Equal(415, answer.Status);
        Assert.Equal("unsupported-media-type", answer.ProblemType);
        await AssertNothingHappenedAsync();
    }

    [Theory]
    [InlineData(65 * 1024, false)]
    [InlineData(65 * 1024, true)]
    [InlineData(10 * 1024 * 1024, false)]
    public async Task A_body_that_is_too_large_is_413(int bytes, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Create);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer dev-zoe");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "k1");
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = bytes > 1024 * 1024;
        request.Content = new StringContent($"{{\"title\":\"{new string('x', bytes)}\"}}", Encoding.UTF8, "application/json");

        var answer = await fixture.Host.SendAsync(request);

        Assert.Equal(413, answer.Status);
        Assert.Equal("payload-too-large", answer.ProblemType);
        Assert.Equal("REFUSED", answer["outcome"]);
        await AssertNothingHappenedAsync();
    }

    [Fact]
    public async Task Ten_megabytes_sent_regardless_are_413_and_the_service_lives()
    {
        var body = new string('x', 10 * 1024 * 1024);
        string answer;
        try
        {
            answer = await fixture.Host.SendRawAsync(
                $"POST {Create} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer dev-zoe\r\nIdempotency-Key: k1\r\nContent-Type: "
                    + $"application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        }
        catch (IOException)
        {
            // The server closes while the body is still being sent; the answer may be lost with the connection.
            answer = "HTTP/1.1 413";
        }

        Assert.StartsWith("HTTP/1.1 413", answer);
        await AssertNothingHappenedAsync();
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_in_time_is_408()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:BodyTimeout", "00:00:00.2"));

        var answer = await host.SendRawAsync(
            $"POST {Create} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer dev-zoe\r\nIdempotency-Key: k1\r\nContent-Type: "
                + $"application/json\r\nContent-Length: 100\r\n\r\n{{");

        Assert.StartsWith("HTTP/1.1 408", answer);
        Assert.Contains("/problems/request-timeout", answer);
        Assert.Empty(host.Jobs.Submitted);
    }

    [Theory]
    [InlineData("__proto__")]
    [InlineData("constructor")]
    [InlineData("toString")]
    [InlineData("a.b")]
    [InlineData("ann@example.org")]
    public async Task Names_that_broke_the_first_design_work(string person)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = command => new JobRequestReply.Succeeded(1, Snapshots.Job(command.JobRequestId, person), false);

        var create = await host.PostAsync(Create, $$"""{"candidates":["{{person}}"],"tasks":[{"id":"constructor","name":"__proto__"}]}""", person, "toString");
        var accept = await host.PostAsync($"/v1/job-requests/{create["jobRequestId"]}/accept", "{}", person, "__proto__");

        Assert.Equal(201, create.Status);
        Assert.Equal(200, accept.Status);
        Assert.Equal(person, accept.Json["job"]!["requester"]!.ToString());
    }

    [Theory]
    [InlineData("k1")]
    [InlineData("\"k1\"")]
    public async Task Both_forms_of_a_key_name_the_same_request(string key)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.PostAsync(Create, Http.Create, "zoe", key);

        Assert.Equal("k1", host.Jobs.Submitted.Single().Key);
        Assert.Equal(key, answer.Header("Idempotency-Key"));
        Assert.Equal("k1", answer["requestKey"]);
    }

    [Fact]
    public async Task A_key_in_the_body_alone_is_a_key()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.PostAsync(Decline, """{"requestId":"r3","reason":"ill"}""", "bob", key: null);

        Assert.Equal(200, answer.Status);
        Assert.Equal("r3", answer.Header("Idempotency-Key"));
        Assert.Equal("r3", host.Jobs.Submitted.Single().Key);
    }

    [Fact]
    public async Task Text_of_people_comes_through_as_it_was_written()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = command =>
            new JobRequestReply.Succeeded(1, Snapshots.Job(command.JobRequestId) with { Title = ((JobRequestCommand.Create)command.Command).Title }, false);

        var answer = await host.PostAsync(Create, """{"candidates":["ann"],"tasks":[],"title":"Окна 🐱 👩‍🔧 می‌خواهم שלום <b>+"}""");

        Assert.Contains("\"title\":\"Окна ", answer.Text);
        Assert.Equal("Окна 🐱 👩‍🔧 می‌خواهم שלום <b>+", answer.Json["job"]!["title"]!.ToString());
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
    }

    private async Task AssertNothingHappenedAsync()
    {
        Assert.Empty(fixture.Host.Jobs.Submitted);
        Assert.Empty(fixture.Host.Jobs.Asked);
        Assert.Equal(404, (await fixture.Host.GetAsync($"/v1/job-requests/{Http.Job}")).Status);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal GatewayHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Host = await GatewayHost.StartAsync();

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
