using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using JobRequests.Testing.Backends;
using StackExchange.Redis;

namespace JobRequests.Operations.Tests;

/// <summary>What an operator meets at a start that does not go well: a sentence, a setting, a page; or a process that waits and says for what.</summary>
public sealed partial class StartTests
{
    [Theory]
    [InlineData("Silo", "Orleans:Membership:NumMissedProbesLimit", "Orleans:Membership:NumMissedProbesLimit=0")]
    [InlineData("Silo", "Orleans:Tls:Waived", "Orleans:Tls:Waived=false")]
    [InlineData(
        "Gateway", "Orleans:Tls:Waived", "Orleans:Tls:Waived=false", "environment=prod", "Identity:Authority=https://id.example", "Identity:Audience=jobs")]
    [InlineData("Silo", "Jobs:IdleAfter", "Jobs:IdleAfter=-00:01:00")]
    [InlineData("Silo", "Records:Secrets:1", "Records:Secrets:1=")]
    [InlineData("Silo", "Drain:Timeout", "Drain:Timeout=00:00:00")]
    [InlineData("Silo", "WarmUp:Limit", "WarmUp:Limit=00:00:11")]
    [InlineData("Silo", "ConnectionStrings:mongodb", "ConnectionStrings:mongodb=")]
    [InlineData("Gateway", "Records:Secrets:1", "Identity:Development=true", "environment=Cluster", "Records:Secrets:1=short")]
    [InlineData("Gateway", "Identity:Development must be false in production", "Identity:Development=true", "environment=Production")]
    [InlineData("Gateway", "Identity:Authority", "environment=Production")]
    [InlineData("Gateway", "Gateway:MaxInFlight", "Identity:Development=true", "environment=Cluster", "Gateway:MaxInFlight=0")]
    [InlineData("Silo", "Orleans:Endpoints:SiloPort", "Orleans:Endpoints:SiloPort=99999")]
    [InlineData("Silo", "Orleans:GrainStorage:jobs:ProviderType", "Orleans:GrainStorage:jobs:ProviderType=MongoDb2")]
    [InlineData("Silo", "Topics:CreateMissing", "Topics:CreateMissing=maybe")]
    [InlineData(
        "Gateway", "did you mean Orleans:Streaming:requests:Topic?", "Identity:Development=true", "environment=Cluster", "Orleans:Streaming:requests:Topik=x")]
    [InlineData("Gateway", "health", "health=abc")]
    public async Task A_wrong_setting_is_refused_in_one_sentence(string project, string named, params string[] settings)
    {
        var (exitCode, error) = await ServiceUnderTest.RefusedAsync(
            project, [.. settings.Select(static setting => (setting.Split('=', 2)[0], setting.Split('=', 2)[1]))]);

        Assert.Equal(1, exitCode);
        AssertSentence(error, named);
    }

    [Fact]
    public async Task An_address_in_use_is_refused_in_one_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var (exitCode, error) = await ServiceUnderTest.RefusedAsync(
            "Gateway", ("Urls", $"http://{other.LocalEndpoint}"), ("Identity:Development", "true"), ("environment", "Cluster"));

        Assert.Equal(1, exitCode);
        AssertSentence(error, "--urls");
    }

    [Theory]
    [InlineData("Silo")]
    [InlineData("Gateway")]
    public async Task A_process_warms_up_while_its_servers_are_away(string project)
    {
        await using var service = ServiceUnderTest.Start(
            project, ("WarmUp:Limit", "00:00:10"), ("environment", "Cluster"), project == "Gateway" ? ("Identity:Development", "true") : ("Drain:Notice", "0"));
        await Eventually.TrueAsync("it lives", async () => (await Caller.GetAsync(service.Url, "/health/live")).Status == 200);

        var (status, body) = await Caller.GetAsync(service.Url, "/health/ready");
        Assert.Equal(503, status);
        Assert.Equal("Unhealthy", (string?)body!["checks"]!["kafka"]!["status"]);
        Assert.Equal(0, (await service.StopAsync()).ExitCode);
        Assert.Contains("Warmed up in", await service.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_without_servers_names_each_and_can_stop()
    {
        await using var silo = ServiceUnderTest.Start("Silo");
        await Eventually.TrueAsync("it lives", async () => (await Caller.GetAsync(silo.Url, "/health/live")).Status == 200);

        var (status, body) = await Caller.GetAsync(silo.Url, "/health/ready");

        Assert.Equal(503, status);
        AssertMissing(body, "redis", "ConnectionStrings:redis", "docs/operations.md#redis");
        AssertMissing(body, "kafka", "ConnectionStrings:kafka", "docs/operations.md#kafka");
        AssertMissing(body, "mongodb", "ConnectionStrings:mongodb", "docs/operations.md#mongodb");
        AssertMissing(body, "cluster", "Orleans:Clustering", "docs/operations.md#cluster");
        Assert.Equal(0, await ServiceUnderTest.ProbeAsync("Silo", silo.Url));
        Assert.Equal((0, ""), await silo.StopAsync());
        Assert.Equal(1, await ServiceUnderTest.ProbeAsync("Silo", silo.Url));
    }

    [Fact]
    public async Task A_gateway_waits_for_Kafka_then_for_a_silo()
    {
        using var door = new Door((await Servers.KafkaAsync()).Split(',')[0]);
        await using var gateway = ServiceUnderTest.Start(
            "Gateway", ("Identity:Development", "true"), ("environment", "Cluster"), ("ConnectionStrings:kafka", door.Address),
            ("ConnectionStrings:redis", await Servers.RedisAsync()),
            ("Orleans:Streaming:requests:Topic", $"nobody-made-this-{Guid.NewGuid():N}"));
        await Eventually.TrueAsync("it lives", async () => (await Caller.GetAsync(gateway.Url, "/health/live")).Status == 200);
        JsonNode? body = null;
        await Eventually.TrueAsync("Kafka is missing",
            async () => ((string?)(body = (await Caller.GetAsync(gateway.Url, "/health/ready")).Body)!["checks"]!["kafka"]!["status"]) == "Unhealthy");
        AssertMissing(body, "kafka", "ConnectionStrings:kafka", "docs/operations.md#kafka");
        AssertMissing(body, "cluster", "Orleans:Clustering", "docs/operations.md#cluster");
        Assert.Equal((503, "UNAVAILABLE"),
            Code(await Caller.PostAsync(gateway.Url, "/v1/job-requests", "zoe", new { candidates = new[] { "ann" }, tasks = Array.Empty<object>() })));

        door.Open();

        await Eventually.TrueAsync("the topic is missing", async () =>
            ((string?)(body = (await Caller.GetAsync(gateway.Url, "/health/ready")).Body)!["checks"]!["kafka"]!["description"])?.Contains(
                "jobctl topics create", StringComparison.Ordinal) == true, () => $"{body}");
        Assert.Equal((0, ""), await gateway.StopAsync());
    }

    [Fact]
    public async Task A_silo_that_waited_for_Redis_joins_over_one_connection()
    {
        var name = $"ops-{Guid.NewGuid():N}"[..16];
        var redis = await Servers.RedisAsync();
        using var door = new Door(redis);
        await using var silo = ServiceUnderTest.Start(
            "Silo", ("ConnectionStrings:redis", $"{door.Address},name={name}"), ("ConnectionStrings:kafka", await Servers.KafkaAsync()),
            ("ConnectionStrings:mongodb", await Servers.MongoAsync()),
            ("Orleans:ClusterId", name), ("Orleans:ServiceId", name), ("Orleans:GrainStorage:jobs:Database", name), ("Topics:CreateMissing", "true"),
            ("Topics:Partitions", "2"),
            ("Orleans:Streaming:requests:Topic", name), ("Orleans:Streaming:requests:DeadLetterTopic", $"{name}.dead-letter"),
            ("Orleans:Streaming:requests:ConsumerGroup", name),
            ("Orleans:Streaming:finalevents:Topic", $"{name}.events"), ("Orleans:Streaming:finalevents:DeadLetterTopic", $"{name}.dead-letter"),
            ("Orleans:Streaming:finalevents:ConsumerGroup", name));
        JsonNode? body = null;
        await Eventually.TrueAsync("only Redis is missing", async () =>
        {
            body = (await Caller.GetAsync(silo.Url, "/health/ready")).Body!["checks"];
            return (string?)body!["kafka"]!["status"] == "Healthy"
                && (string?)body["mongodb"]!["status"] == "Healthy"
                && (string?)body["redis"]!["status"] == "Unhealthy";
        }, () => $"{body}");

        door.Open();

        await Eventually.TrueAsync("it is ready", async () => (await Caller.GetAsync(silo.Url, "/health/ready")).Status == 200, () => $"{body}");
        await using (var connection = await ConnectionMultiplexer.ConnectAsync($"{redis},allowAdmin=true"))
        {
            var clients = (await connection.GetServers().Single().ClientListAsync()).Where(client => client.Name == name).ToList();

            // The client opens a second one for messages that Redis sends by itself.
            Assert.Single(clients, static client => client.SubscriptionCount == 0);
            Assert.InRange(clients.Count, 1, 2);
        }

        Assert.Equal((0, ""), await silo.StopAsync());
    }

    private static (int, string?) Code((int Status, JsonNode? Body) answer) => (answer.Status, (string?)answer.Body!["code"]);

    private static void AssertMissing(JsonNode? body, string check, string setting, string docs)
    {
        var entry = body!["checks"]![check]!;
        Assert.Equal(("Unhealthy", setting, docs), ((string?)entry["status"], (string?)entry["setting"], (string?)entry["docs"]));
        Assert.False(string.IsNullOrEmpty((string?)entry["description"]));
        OperationsDocument.AssertHas(docs);
    }

    private static void AssertSentence(string error, string named)
    {
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == 1, $"One sentence was expected, this was printed:\n{error}");
        Assert.Contains(named, lines[0], StringComparison.Ordinal);
        OperationsDocument.AssertHas(Anchor().Match(lines[0]).Value);
    }

    [GeneratedRegex(@"docs/operations\.md#[a-z-]+")]
    private static partial Regex Anchor();
}
