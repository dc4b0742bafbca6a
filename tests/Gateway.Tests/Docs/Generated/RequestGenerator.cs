using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace JobRequests.Gateway.Tests.Docs.Generated;

/// <summary>Makes requests out of what the document says: all of it kept, or broken in one place.</summary>
internal sealed class RequestGenerator(SchemaCheck schemas, Random random, IReadOnlyList<string> jobs)
{
    // Upper case truth values are not here: they are taken, since a client that asks for a dry run in its language's spelling must not execute the command.
    private static readonly string[] Texts =
    [
        "a", "t1", "ann", "me", "zoe", "k-1", "\"k1\"", "\"1\"", "\"999\"", "W/\"1\"", new('x', 64), new('x', 65), new('ж', 200), new('ж', 201),
        "0", "1", "2", "50", "201", "501", "-1", "1.5", "1e3",
        "2147483648", "99999999999999999999", "true", "false", "yes", "Open", "open", "Closed", "accept", "finish-task", "strong", "weak", "wait=0",
        "respond-async", "handling=strict",
        "2026-11-23T10:00:00Z", "2030-01-01T00:00:00.000Z", "2031-05-05T10:00:00+02:00", "yesterday", "2026-11-23", "5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11",
        "5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11:1", "0:17",
        "Ünïcödé 🧹", "<script>alert(1)</script>", "' OR 1=1 --", "a b", "a,b", "{}", "[1]", "null",
    ];

    /// <param name="operation">What is called.</param>
    /// <param name="isBroken">One place does not keep to its schema.</param>
    /// <returns>Null where there is nothing to break.</returns>
    public HttpRequestMessage? Next(ApiOperation operation, bool isBroken)
    {
        var places = operation.Parameters.Select(static parameter => parameter["name"]!.ToString()).ToList();
        if (operation.BodySchema is not null) places.Add("body");
        places.RemoveAll(place => isBroken && place != "body" && !Breaking(ParameterOf(operation, place)).Any());
        if (isBroken && places.Count == 0) return null;
        var broken = isBroken ? Pick(places) : null;

        var (path, query, headers) = (operation.Path, new List<string>(), new List<(string Name, string Value)>());
        foreach (var parameter in operation.Parameters)
        {
            var (name, place) = (parameter["name"]!.ToString(), parameter["in"]!.ToString());
            var isRequired = parameter["required"]?.GetValue<bool>() == true;

            // A dry run ignores a key: what is wrong about it would not be noticed.
            if (name != broken && !isRequired && (random.Next(3) > 0 || broken is not null && name == "dryRun")) continue;
            var value = name == broken ? Pick([.. Breaking(parameter)]) : Keeping(parameter);
            if (place == "path") path = path.Replace($"{{{name}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
            else if (place == "query") query.Add($"{name}={Uri.EscapeDataString(value)}");
            else headers.Add((name, value));
        }

        var request = new HttpRequestMessage(operation.Method, query.Count == 0 ? path : $"{path}?{string.Join('&', query)}");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (operation.BodySchema is { } schema && (broken == "body" || operation.IsBodyRequired || random.Next(2) == 0))
            request.Content = broken == "body" ? BrokenBody(schema) : Json(Keeping(schema, "body")!.ToJsonString());
        return request;
    }

    private static JsonNode ParameterOf(ApiOperation operation, string name) => operation.Parameters.First(parameter => parameter["name"]!.ToString() == name);

    private string Keeping(JsonNode parameter)
    {
        var (name, schema) = (parameter["name"]!.ToString(), schemas.Resolve(parameter["schema"]!));
        if (schema["format"]?.ToString() == "uuid" && random.Next(4) > 0) return Pick(jobs);
        if (name == "Idempotency-Key") return Guid.NewGuid().ToString("N");
        if (schema["enum"] is JsonArray values) return Pick(values)!.ToString();
        return Pick([.. Texts.Where(text => CanTravel(text, parameter) && schemas.IsValid(AsValue(text, schema), schema))]);
    }

    private IEnumerable<string> Breaking(JsonNode parameter)
    {
        var schema = schemas.Resolve(parameter["schema"]!);
        return Texts.Where(text => CanTravel(text, parameter) && !schemas.IsValid(AsValue(text, schema), schema));
    }

    private static bool CanTravel(string text, JsonNode parameter) => parameter["in"]!.ToString() switch
    {
        "header" => text.All(static letter => letter is > ' ' and < '\x7f' or ' '),
        "path" => !text.Contains('/'),
        _ => true,
    };

    private static JsonNode? AsValue(string text, JsonNode schema)
    {
        var type = schema["type"]?.ToString();
        if (type == "integer" && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        return type == "boolean" && text is "true" or "false" && type == "boolean" ? text == "true" : text;
    }

    private JsonNode? Keeping(JsonNode schema, string name)
    {
        schema = schemas.Resolve(schema);
        if (schema["enum"] is JsonArray values) return Pick(values)?.DeepClone();
        if (schema["oneOf"] is JsonArray forms) return Keeping(Pick(forms)!, name);
        var types = schema["type"] is JsonArray many ? many.Select(static type => type!.ToString()).ToList() : [schema["type"]!.ToString()];
        switch (Pick(types))
        {
            case "object":
                var required = schema["required"]?.AsArray().Select(static member => member!.ToString()).ToHashSet() ?? [];
                var members = (schema["properties"]?.AsObject() ?? [])
                    .Where(member => required.Contains(member.Key) || member.Key != "requestId" && random.Next(2) == 0)
                    .ToList();
                return new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Keeping(member.Value!, member.Key))));
            case "array":
                var count = random.Next(schema["minItems"]?.GetValue<int>() ?? 0, 4);
                return new JsonArray(
                    [.. Enumerable.Range(0, count).Select(_ => Keeping(schema["items"]!, name)).DistinctBy(static item => item?.ToJsonString())]);
            case "string":
                return Pick([.. Texts.Where(text => schemas.IsValid(text, schema))]);
            case "boolean":
                return random.Next(2) == 0;
            case "integer":
                return random.Next(schema["minimum"]?.GetValue<int>() ?? 0, (schema["minimum"]?.GetValue<int>() ?? 0) + 10);
            case "number":
                return random.Next(-900, 901) / 10.0;
            default:
                return null;
        }
    }

    private HttpContent BrokenBody(JsonNode schema)
    {
        var body = Keeping(schema, "body")!.AsObject();
        var properties = schemas.Resolve(schema)["properties"]!.AsObject();
        switch (random.Next(5))
        {
            case 0:
                return new StringContent(body.ToJsonString(), Encoding.UTF8, "text/plain");
            case 1:
                return Json(body.ToJsonString()[..^1]);
            case 2:
                body["unknown"] = 1;
                return Json(body.ToJsonString());
            case 3 when schemas.Resolve(schema)["required"] is JsonArray required:
                body.Remove(Pick(required)!.ToString());
                return Json(body.ToJsonString());
            default:
                var (name, member) = Pick([.. properties]);
                body[name] =
                    Pick<JsonNode?>([.. new JsonNode?[]
                        { 7, true, new JsonObject(), new JsonArray(), new string('x', 201), null }.Where(value => !schemas.IsValid(value, member!))]);
                return Json(body.ToJsonString());
        }
    }

    private static StringContent Json(string json) => new(json, new MediaTypeHeaderValue("application/json"));

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    private JsonNode? Pick(JsonArray items) => items[random.Next(items.Count)];
}
