using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using JobRequests.Testing;
using Microsoft.Data.Sqlite;

namespace JobRequests.EndToEnd.Tests;

/// <summary>The embedded product verifies its own data folder while it serves.</summary>
public sealed class VerificationTests : IDisposable
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("jobrequests-verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Verification_passes_decisions_and_finds_alterations()
    {
        await using var server = await StandaloneServer.StartAsync(_folder);
        using var http = new HttpClient { BaseAddress = server.Url };
        Assert.Equal("unknown", $"{(await SendAsync(http, HttpMethod.Get, "/v1/admin/verify", "admin"))["state"]}");
        var created = await SendAsync(http, HttpMethod.Post, "/v1/job-requests", "rita", """{"candidates":["ann","bob"],"tasks":[]}""");
        await SendAsync(http, HttpMethod.Post, $"/v1/job-requests/{created["jobRequestId"]}/accept", "ann");

        var clean = await VerifyAsync(http);
        Assert.Equal(("clean", "1"), ($"{clean["state"]}", $"{clean["jobs"]}"));

        using (var database = new SqliteConnection($"Data Source={Path.Combine(_folder, "jobs.db")};Pooling=False"))
        {
            database.Open();
            using var change = database.CreateCommand();
            change.CommandText = "UPDATE grain_state SET data = CAST(replace(CAST(data AS TEXT), '\"winner\":\"ann\"', '\"winner\":\"bob\"') AS TEXT)";
            Assert.Equal(1, change.ExecuteNonQuery());
        }

        var broken = await VerifyAsync(http);
        Assert.Equal("violations", $"{broken["state"]}");
        Assert.Contains(broken["violations"]!.AsArray(), violation => $"{violation!["invariant"]}" == "I1"
            && $"{violation["job"]}" == $"{created["jobRequestId"]}");
    }

    private static async Task<JsonNode> VerifyAsync(HttpClient http)
    {
        Assert.Equal("running", $"{(await SendAsync(http, HttpMethod.Post, "/v1/admin/verify", "admin"))["state"]}");
        using var waitLimit = new CancellationTokenSource(WaitLimit);
        while (true)
        {
            var result = await SendAsync(http, HttpMethod.Get, "/v1/admin/verify", "admin");
            if ($"{result["state"]}" != "running") return result;
            await Task.Delay(100, waitLimit.Token);
        }
    }

    private static async Task<JsonNode> SendAsync(HttpClient http, HttpMethod method, string path, string person, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", $"dev-{person}");
        if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        return JsonNode.Parse(text) ?? throw new JsonException(text);
    }
}
