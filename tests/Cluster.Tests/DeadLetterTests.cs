using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Load;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Cluster.Tests;

/// <summary>A job whose document nobody can read: dead-lettered, blocked, replayed.</summary>
[Collection(OneCluster.Name)]
public sealed class DeadLetterTests(ClusterFixture fixture)
{
    private readonly LocalCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task A_blocked_job_outlives_its_silos_until_a_replay()
    {
        using var caller = new RecordingCaller(_cluster.Gateways);
        using var http = new HttpClient { BaseAddress = _cluster.Gateways[0], Timeout = TimeSpan.FromMinutes(1) };
        var job = await CreateAsync(caller);
        var neighbours = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CreateAsync(caller)));
        // As a silo of a newer release would leave it.
        SetSchema(job, 99);

        await SendAsync(http, job, "accept", "ann", "a1", TimeSpan.FromMinutes(10));
        // Neighbours of its partition among them: nobody waits for it.
        await Task.WhenAll(
            neighbours.Select(async other => Assert.Equal("SUCCESS", (await caller.SendUntilDecidedAsync(new Request(other, "accept", "bob", "b"))).Outcome)));
        await UntilDeadLetterAsync(job, 1);
        await SendAsync(http, job, "accept", "bob", "b1", TimeSpan.FromSeconds(2));
        await UntilDeadLetterAsync(job, 2);

        await Task.WhenAll(_cluster.KillAsync("silo", 1), _cluster.KillAsync("silo", 2));
        await Task.WhenAll(_cluster.StartAsync("silo", 1), _cluster.StartAsync("silo", 2));
        SetSchema(job, 1);
        await SendAsync(http, job, "cancel", "zoe", "c1", TimeSpan.FromMinutes(10));
        var deadLetters = await UntilDeadLetterAsync(job, 3);

        Assert.Equal("begin", deadLetters[0].Header("dead-letter-block"));
        Assert.Contains("schema 99", deadLetters[0].Header("dead-letter-error"));
        var list = await caller.GetAsync($"/v1/admin/dead-letters?job={job}", "admin");
        Assert.Equal((deadLetters.Count, 1), (list.GetProperty("deadLetters").GetInt32(), list.GetProperty("blockedJobs").GetInt32()));
        Assert.All(list.GetProperty("groups").EnumerateArray(), group => Assert.True(group.GetProperty("blocked").GetBoolean()));
        var dry = await ReplayAsync(http, job, dryRun: true);
        Assert.Equal(deadLetters.Count, dry.GetProperty("replayed").GetInt32());

        var replay = await ReplayAsync(http, job, dryRun: false);

        Assert.Equal([job], replay.GetProperty("ended").EnumerateArray().Select(static ended => ended.GetString()));
        Assert.Equal(("SUCCESS", null, 2), await OutcomeAsync(caller, job, "accept", "ann", "a1"));
        Assert.Equal(("FAIL", "DEADLINE_PASSED", 2), await OutcomeAsync(caller, job, "accept", "bob", "b1"));
        Assert.Equal(("SUCCESS", null, 3), await OutcomeAsync(caller, job, "cancel", "zoe", "c1"));
        Assert.Equal(0, (await caller.GetAsync($"/v1/admin/dead-letters?job={job}", "admin")).GetProperty("deadLetters").GetInt32());
        await Aftermath.AllCommittedAsync(_cluster);
        var (exitCode, output, error) = await _cluster.VerifyAsync();
        Assert.True(exitCode == 0, $"{output}\n{error}");
    }

    private static async Task<string> CreateAsync(RecordingCaller caller)
    {
        var key = $"p-{Guid.NewGuid():N}";
        var create = new Request(JobRequestId.Derive("zoe", key), "create", "zoe", key, ["ann", "bob"]);
        Assert.Equal("SUCCESS", (await caller.SendUntilDecidedAsync(create)).Outcome);
        return create.Job;
    }

    // Nobody is told anything that is not so: it is published, and not decided.
    private static async Task SendAsync(HttpClient http, string job, string op, string person, string key, TimeSpan deadline)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/v1/job-requests/{job}/{op}");
        message.Headers.Authorization = new("Bearer", $"dev-{person}");
        message.Headers.Add("Idempotency-Key", key);
        message.Headers.Add("Prefer", "wait=1");
        message.Headers.Add("Request-Deadline", DateTime.UtcNow.Add(deadline)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        for (var attempt = 0; ; attempt++)
        {
            using var again = Copy(message);
            using var response = await http.SendAsync(again);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            if (answer.GetProperty("outcome").GetString() == "TIMEOUT") return;
            // The gateway has not found the silos yet: certainly not enqueued.
            Assert.True((int)response.StatusCode == 503 && attempt < 100, $"{op} of {person} was answered {response.StatusCode} {answer}");
            // Another process can only be asked again.
            await Task.Delay(200);
        }
    }

    private static HttpRequestMessage Copy(HttpRequestMessage message)
    {
        var copy = new HttpRequestMessage(message.Method, message.RequestUri);
        foreach (var (name, values) in message.Headers) copy.Headers.TryAddWithoutValidation(name, values);
        return copy;
    }

    private static async Task<JsonElement> ReplayAsync(HttpClient http, string job, bool dryRun)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/v1/admin/dead-letters/replay?dryRun={(dryRun ? "true" : "false")}")
        { Content = JsonContent.Create(new { job }) };
        message.Headers.Authorization = new("Bearer", "dev-admin");
        using var response = await http.SendAsync(message);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<(string Outcome, string? Code, int Version)> OutcomeAsync(
        RecordingCaller caller, string job, string op, string person, string key)
    {
        var status = await caller.GetAsync($"/v1/requests/{key}?job={job}&op={op}", person);
        var outcome = status.GetProperty("outcome").GetString()!;
        return outcome == "SUCCESS"
            ? (outcome, null, status.GetProperty("result").GetProperty("version").GetInt32())
            : (outcome, status.GetProperty("problem").GetProperty("code").GetString(), status.GetProperty("problem").GetProperty("version").GetInt32());
    }

    private async Task<List<Confluent.Kafka.ConsumeResult<byte[]?, byte[]?>>> UntilDeadLetterAsync(string job, int commands)
    {
        var deadLetters = await Aftermath.UntilAsync(
            () => TopicReader.ReadAll(_cluster.Kafka, _cluster.DeadLetters)
                .Where(record => record.Message.Key is { } key && Encoding.UTF8.GetString(key) == job && record.Header("dead-letter-order") is not null)
                .ToList(),
            // A silo that was killed before its commit dead-letters again.
            deadLetters => deadLetters.DistinctBy(static record => record.Header("dead-letter-order")).Count() >= commands,
            $"{commands} commands of the job are dead-lettered");
        return deadLetters;
    }

    private void SetSchema(string job, int schema)
    {
        var documents = new MongoClient(_cluster.Mongo).GetDatabase(_cluster.Name).GetCollection<BsonDocument>("grainState");
        var id = new BsonDocument("_id", new BsonRegularExpression($"/JobRequest/.*{job}$", ""));
        var document = documents.Find(id).Single();
        var etag = document["e"] is BsonBinaryData { SubType: var kind }
            ? (BsonValue)new BsonBinaryData(RandomNumberGenerator.GetBytes(16), kind)
            : Guid.NewGuid().ToString("N");
        document["e"] = etag;
        document["d"]["schema"] = schema;
        documents.ReplaceOne(new BsonDocument("_id", document["_id"]), document);
    }
}
