using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Gateway.Tests.Product;

namespace JobRequests.Gateway.Tests.Docs.Generated;

/// <summary>Requests that are made out of the document, sent to the embedded product: what it answers has to be in the document.</summary>
public sealed class GeneratedRequestTests(ProductHost product) : IClassFixture<ProductHost>
{
    private const int AtOnce = 8;

    private static readonly int RequestsPerOperation = Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") == "1" ? 300 : 20;

    // Sent with everything, or by the server itself.
    private static readonly HashSet<string> Unspoken = new(StringComparer.OrdinalIgnoreCase)
        { "Date", "Transfer-Encoding", "Connection", "X-Content-Type-Options" };

    // What a schema cannot say: rules between two fields, times that have passed, and what only an administrator may ask.
    private static readonly string[] BeyondSchemas =
    [
        "is a duplicate", "has passed already", "must agree with the header", "must be before to", "must be before startsTo", "is required with",
        "must be the `next` value of a previous page", "only an administrator may",
        "must be one id of an event", "names a version that the job has not reached", "must be a nextCursor",
        "must have 1 to 1000 lines", "must be a job that is closed", "has nothing that changes the job",
        "must be after startsAt", "must have a text, or latitude", "must have both latitude and longitude",
    ];

    [Theory]
    [InlineData("zoe")]
    [InlineData("eve")]
    [InlineData("admin")]
    public async Task Answers_to_generated_requests_are_documented(string person)
    {
        var document = (await product.GetAsync("/openapi/v1.json", null)).Json;
        var schemas = new SchemaCheck(document);
        var jobs = await OfferAsync();
        var seed = Random.Shared.Next();
        var wrong = new ConcurrentQueue<string>();

        var generator = new RequestGenerator(schemas, new Random(seed), jobs);
        var requests = Enumerable.Range(0, RequestsPerOperation)
            .SelectMany(i => ApiOperation.AllOf(document)
                .Select(operation => (Operation: operation, IsBroken: i % 2 == 1, Request: generator.Next(operation, isBroken: i % 2 == 1))))
            .Where(static made => made.Request is not null).ToList();
        await Parallel.ForEachAsync(
            requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (made, _) =>
        {
            using var request = made.Request!;
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer dev-" + person);
            foreach (var error in await SendAsync(made.Operation, request, made.IsBroken, schemas)) wrong.Enqueue(error);
        });

        var kinds = wrong.DistinctBy(static error => error.Split('\n')[0]).Take(20);
        Assert.True(wrong.IsEmpty, $"{wrong.Count} answers are not as documented (seed {seed}):\n{string.Join('\n', kinds)}");
    }

    private async Task<string[]> OfferAsync()
    {
        var open = await product.PostAsync("/v1/job-requests", Http.Create, "zoe", Guid.NewGuid().ToString("N"));
        var taken = await product.PostAsync("/v1/job-requests", Http.Create, "zoe", Guid.NewGuid().ToString("N"));
        await product.PostAsync($"/v1/job-requests/{taken["jobRequestId"]}/accept", null, "ann", Guid.NewGuid().ToString("N"));
        return [open["jobRequestId"]!, taken["jobRequestId"]!];
    }

    private async Task<IEnumerable<string>> SendAsync(ApiOperation operation, HttpRequestMessage request, bool isBroken, SchemaCheck schemas)
    {
        // A feed that begins does not end.
        using var response = await product.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var status = (int)response.StatusCode;
        var type = response.Content.Headers.ContentType?.MediaType;
        var text = operation.IsFeed && status == 200 ? "" : await response.Content.ReadAsStringAsync();
        var sent =
            $"{request.Method} {request.RequestUri} "
                + $"{string.Join(", ", request.Headers.Select(static header => $"{header.Key}: {string.Join(",", header.Value)}"))} "
                + $"{await ReadAsync(request.Content)} → {status} {text}";
        return Errors().Select(error => $"{operation.Id}: {error}\n    {sent}").ToList();

        IEnumerable<string> Errors()
        {
            if (status >= 500) yield return "a server error";
            if (isBroken && status < 400) yield return "what breaks the document was taken";
            if (operation.Responses[$"{status}"] is not { } documented)
            {
                yield return "the status is not documented";
                yield break;
            }

            foreach (var header in response.Headers.Where(header => !Unspoken.Contains(header.Key)))
            {
                if (documented["headers"]?.AsObject()
                    .FirstOrDefault(known => string.Equals(known.Key, header.Key, StringComparison.OrdinalIgnoreCase)).Value is not
                    { } known) yield return $"the header {header.Key} is not documented";
                else foreach (var error in schemas.WhatIsWrong(ValueOf(string.Join(", ", header.Value), schemas.Resolve(schemas.Resolve(known)["schema"]!)),
                    schemas.Resolve(known)["schema"]!, header.Key)) yield return error;
            }

            if (documented["content"]?[type ?? ""] is not { } content)
            {
                if (text.Length > 0 || documented["content"] is not null) yield return $"the content type {type} is not documented";
                yield break;
            }

            if (text.Length == 0) yield break;
            foreach (var error in schemas.WhatIsWrong(JsonNode.Parse(text), content["schema"]!)) yield return error;
            if (status < 400) yield break;
            var problem = JsonNode.Parse(text)!;
            var name = problem["type"]!.ToString()["/problems/".Length..];
            if (content["examples"]?[name]?["value"] is not JsonObject example) yield return $"the problem {name} is not documented";
            else foreach (var member in MissingIn(problem.AsObject(), example)) yield return $"the example of {name} has no {member}";
            if (!isBroken && name == "validation"
                && problem["errors"]!.AsArray()
                    .FirstOrDefault(static error => !BeyondSchemas.Any(rule => error!["message"]!.ToString().Contains(rule))) is { } refused)
                yield return $"what the document allows was refused: {refused.ToJsonString()}";
        }
    }

    // An example shows what an answer has; the id of a job is only told where the address has the form of one.
    private static IEnumerable<string> MissingIn(JsonObject problem, JsonObject example) =>
        problem.Select(static member => member.Key).Where(member => member is not ("jobRequestId" or "errors") && !example.ContainsKey(member));

    private static JsonNode? ValueOf(string text, JsonNode schema) => schema["type"]?.ToString() is "integer" or "boolean" ? JsonNode.Parse(text) : text;

    private static async Task<string> ReadAsync(HttpContent? content) => content is null ? "" : await content.ReadAsStringAsync();
}
