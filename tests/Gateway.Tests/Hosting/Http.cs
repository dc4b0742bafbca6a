using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using JobRequests.Gateway.JobRequests;
using JobRequests.Gateway.Requests;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.Hosting;

/// <summary>An answer with its body read.</summary>
internal sealed record Answer(int Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? this[string member] => Json[member]?.ToString();

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public string? ProblemType => this["type"]?.Replace("/problems/", "", StringComparison.Ordinal);

    public IEnumerable<string> WrongFields => Json["errors"]?.AsArray().Select(error => error!["field"]!.ToString()) ?? [];
}

/// <summary>Something that is called over HTTP.</summary>
internal interface IHttpService
{
    HttpClient Client { get; }
}

internal static class Http
{
    public const string Job = "5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11";
    public const string Create = """{"candidates":["ann","bob"],"tasks":[{"id":"t1","name":"windows"}]}""";

    /// <summary>What an answer adds to the address of the status route for a command that was published.</summary>
    public static string Signed(IServiceProvider services, string person, string key, string job, string operation, long notAfter) =>
        $"&notAfter={notAfter}&sig={services.GetRequiredService<StatusSignature>().Sign(new RequestName(person, operation, job, key), notAfter)}";

    public static Task<Answer> PostAsync(
        this IHttpService host, string path, string? body, string? person = "zoe", string? key = "k1", params (string Name, string Value)[] headers) =>
        host.SendAsync(HttpMethod.Post, path, body, person, key is null ? headers : [("Idempotency-Key", key), .. headers]);

    public static Task<Answer> GetAsync(this IHttpService host, string path, string? person = "zoe", params (string Name, string Value)[] headers) =>
        host.SendAsync(HttpMethod.Get, path, null, person, headers);

    public static async Task<Answer> SendAsync(
        this IHttpService host, HttpMethod method, string path, string? body, string? person, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (person is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer dev-" + person);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await host.SendAsync(request);
    }

    public static async Task<Answer> SendAsync(this IHttpService host, HttpRequestMessage request)
    {
        using var response = await host.Client.SendAsync(request);
        return new Answer((int)response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsStringAsync());
    }
}
