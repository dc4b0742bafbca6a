using System.Text.Json.Nodes;

namespace JobRequests.Gateway.Tests.Docs.Generated;

/// <summary>An operation of an OpenAPI document.</summary>
internal sealed record ApiOperation(string Id, HttpMethod Method, string Path, JsonNode Node)
{
    public IEnumerable<JsonNode> Parameters => Node["parameters"]?.AsArray().Select(static parameter => parameter!) ?? [];

    public JsonNode? BodySchema => Node["requestBody"]?["content"]?["application/json"]?["schema"];

    public bool IsBodyRequired => Node["requestBody"]?["required"]?.GetValue<bool>() == true;

    public JsonObject Responses => Node["responses"]!.AsObject();

    public bool IsFeed => Responses["200"]?["content"]?["text/event-stream"] is not null;

    public static IEnumerable<ApiOperation> AllOf(JsonNode document) => document["paths"]!.AsObject().SelectMany(static path => path.Value!.AsObject().Select(
        operation =>
            new ApiOperation(operation.Value!["operationId"]!.ToString(), HttpMethod.Parse(operation.Key.ToUpperInvariant()), path.Key, operation.Value!)));
}
