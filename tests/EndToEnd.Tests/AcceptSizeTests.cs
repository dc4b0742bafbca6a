using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using JobRequests.CompiledMethods;
using JobRequests.Testing;

namespace JobRequests.EndToEnd.Tests;

/// <summary>
/// How many files a command passes between its route and its answer: what a reader of that way meets. What stores, transports, shows and watches
/// is left out; it can be read by itself.
/// </summary>
public sealed partial class AcceptSizeTests(ITestOutputHelper output) : IDisposable
{
    // Lower it when you can.
    private const int MostFiles = 69;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("jobrequests-e2e-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_accept_passes_few_files()
    {
        var file = Path.Combine(_folder, "methods");
        await using var server = await StandaloneServer.StartAsync(Path.Combine(_folder, "data"), new Dictionary<string, string>
        {
            ["DOTNET_STARTUP_HOOKS"] = typeof(MethodLog).Assembly.Location,
            [MethodLog.Variable] = file,
        });
        using var client = new HttpClient { BaseAddress = server.Url };

        // Pages that nothing else calls mark the beginning and the end.
        await client.GetStringAsync("/docs/idempotency");
        var before = await ReadUntilAsync(file, "IdempotencyPage Describe");
        using var created = await PostAsync(client, "", "zoe", """{"candidates":["ann"],"tasks":[{"id":"t1","name":"windows"}]}""");
        var job = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("jobRequestId").GetString();
        using var accepted = await PostAsync(client, $"/{job}/accept", "ann", "{}");
        Assert.Equal(200, (int)accepted.StatusCode);
        await client.GetStringAsync("/problems");
        var after = await ReadUntilAsync(file, "ProblemPages ");

        var types = after.Skip(before.Count).Select(TypeOf).Where(type => OnTheWay().IsMatch(type)).ToHashSet();
        string[] files = [.. types.Select(FileOf).Distinct().Order(StringComparer.Ordinal)];
        foreach (var path in files) output.WriteLine(path);
        Assert.True(files.Length <= MostFiles, $"A create and an accept pass {files.Length} files.");
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string person, string body)
    {
        var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/job-requests" + path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "dev-" + person);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        return await client.SendAsync(request);
    }

    // The runtime tells of a method some time after it was compiled, in order.
    private static async Task<List<string>> ReadUntilAsync(string file, string method)
    {
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            await using (var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
            using (var reader = new StreamReader(stream))
            {
                List<string> lines = [.. (await reader.ReadToEndAsync()).Split('\n')];
                if (lines.Exists(line => line.Contains(method, StringComparison.Ordinal))) return lines;
            }

            if (Stopwatch.GetElapsedTime(started) > Limit) throw new TimeoutException($"{method} was not called within {Limit}.");
        }
    }

    private static string TypeOf(string line) => line.Split(' ')[0].Split(['+', '`', '['])[0];

    private static string FileOf(string type)
    {
        var declaration = new Regex($@"\b(class|record|struct|interface) {type[(type.LastIndexOf('.') + 1)..]}\b");
        var sources = Path.Combine(Repository.Root, "src");
        var project = Directory.EnumerateDirectories(sources)
            .Where(folder => type.StartsWith($"JobRequests.{Path.GetFileName(folder)}.", StringComparison.Ordinal))
            .MaxBy(folder => folder.Length)!;
        var file = Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories).First(path => declaration.IsMatch(File.ReadAllText(path)));
        return Path.GetRelativePath(sources, file);
    }

    [GeneratedRegex(
        @"^JobRequests\.(Domain|Gateway\.(JobRequests|Requests|Idempotency|Limits)|Grains|Grains\.Abstractions)\."
            + @"(?!JobView|View|RecentViews|GatewayReport|Silo)\w+$")]
    private static partial Regex OnTheWay();
}
