using System.Text.Json.Nodes;

namespace JobRequests.Cli.Output;

/// <summary>The members that <c>--fields</c> asks for, of everything that is printed as JSON.</summary>
internal static class JsonFields
{
    private static readonly string[] Lists = ["items", "events", "entries"];

    /// <summary>Null prints answers as they came.</summary>
    public static IReadOnlyList<string>? Wanted { get; set; }

    /// <summary>
    /// An object with the wanted members, null for what is not there; of a list an array of them. What explains a refusal stays whole.
    /// </summary>
    public static string Of(string body)
    {
        if (Wanted is not { } wanted || body.Length == 0) return body;
        var answer = JsonNode.Parse(body);
        if (answer is JsonObject problem && problem.ContainsKey("title") && problem.ContainsKey("type")) return body;
        var rows = answer as JsonArray ?? Lists.Select(list => (answer as JsonObject)?[list] as JsonArray).FirstOrDefault(static list => list is not null);
        return rows is null ? Pick(answer).ToJsonString() : new JsonArray([.. rows.Select(Pick)]).ToJsonString();

        JsonNode Pick(JsonNode? row) => new JsonObject(wanted.Select(field => KeyValuePair.Create(field, (row as JsonObject)?[field]?.DeepClone())));
    }
}
