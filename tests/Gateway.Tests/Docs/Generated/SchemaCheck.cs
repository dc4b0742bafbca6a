using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace JobRequests.Gateway.Tests.Docs.Generated;

/// <summary>Compares values with schemas of an OpenAPI document: the part of JSON Schema that the document uses.</summary>
internal sealed class SchemaCheck(JsonNode document)
{
    /// <summary>What is wrong with the value, one sentence each; a member that the schema does not name is wrong too.</summary>
    public IEnumerable<string> WhatIsWrong(JsonNode? value, JsonNode schema, string path = "$")
    {
        schema = Resolve(schema);
        if (schema["oneOf"] is JsonArray forms) return WhatIsWrongWithForm(value, forms, schema, path);
        if (schema["enum"] is JsonArray values && !values.Any(known => JsonNode.DeepEquals(known, value)))
            return [$"{path} is {Show(value)}, not one of {values.ToJsonString()}"];
        var types = schema["type"] is JsonArray many
            ? many.Select(static type => type!.ToString()).ToList()
            : schema["type"] is { } one
            ? [one.ToString()]
            : [];
        if (types.Count > 0 && !types.Any(type => IsOf(value, type))) return [$"{path} is {Show(value)}, not {string.Join(" or ", types)}"];
        return value switch
        {
            JsonObject members => WhatIsWrongWithMembers(members, schema, path),
            JsonArray items => WhatIsWrongWithItems(items, schema, path),
            JsonValue text when text.GetValueKind() == JsonValueKind.String => WhatIsWrongWithText(text.GetValue<string>(), schema, path),
            JsonValue number when number.GetValueKind() == JsonValueKind.Number => WhatIsWrongWithNumber(Number(number, 0), schema, path),
            _ => [],
        };
    }

    public bool IsValid(JsonNode? value, JsonNode schema) => !WhatIsWrong(value, schema).Any();

    public JsonNode Resolve(JsonNode node)
    {
        while (node["$ref"]?.ToString() is { } reference)
            node = reference[2..].Split('/')
                .Aggregate(document, static (at, name) => at[name] ?? throw new InvalidOperationException($"{name} of a $ref is not in the document."));
        return node;
    }

    private IEnumerable<string> WhatIsWrongWithForm(JsonNode? value, JsonArray forms, JsonNode schema, string path)
    {
        if (schema["discriminator"] is { } discriminator)
        {
            var name = discriminator["propertyName"]!.ToString();
            var form = value is JsonObject ? discriminator["mapping"]![value[name]?.ToString() ?? ""] : null;
            return form is null ? [$"{path}.{name} chooses none of the forms"] : WhatIsWrong(value, new JsonObject { ["$ref"] = form.DeepClone() }, path);
        }

        var wrong = forms.Select(form => WhatIsWrong(value, form!, path).ToList()).ToList();
        return wrong.Count(static errors => errors.Count == 0) == 1
            ? []
            : [$"{path} is {Show(value)}, not exactly one of the forms: {string.Join("; ", wrong.SelectMany(static errors => errors))}"];
    }

    private IEnumerable<string> WhatIsWrongWithMembers(JsonObject members, JsonNode schema, string path)
    {
        foreach (var required in schema["required"]?.AsArray() ?? [])
            if (!members.ContainsKey(required!.ToString())) yield return $"{path}.{required} is missing";
        foreach (var (name, member) in members)
        {
            if (schema["properties"]?[name] is { } known)
                foreach (var error in WhatIsWrong(member, known, $"{path}.{name}")) yield return error;
            else if (schema["additionalProperties"] is JsonObject any)
                foreach (var error in WhatIsWrong(member, any, $"{path}.{name}")) yield return error;
            else yield return $"{path}.{name} is not documented";
        }
    }

    private IEnumerable<string> WhatIsWrongWithItems(JsonArray items, JsonNode schema, string path)
    {
        if (items.Count < Number(schema["minItems"], 0) || items.Count > Number(schema["maxItems"], int.MaxValue))
            yield return $"{path} has {items.Count} items";
        if (schema["uniqueItems"]?.GetValue<bool>() == true && items.Select(static item => item?.ToJsonString()).Distinct().Count() < items.Count)
            yield return $"{path} has an item twice";
        for (var i = 0; i < items.Count; i++)
            foreach (var error in WhatIsWrong(items[i], schema["items"]!, $"{path}[{i}]")) yield return error;
    }

    private static IEnumerable<string> WhatIsWrongWithText(string text, JsonNode schema, string path)
    {
        var length = new StringInfo(text).LengthInTextElements == text.Length ? text.Length : text.EnumerateRunes().Count();
        if (length < Number(schema["minLength"], 0) || length > Number(schema["maxLength"], int.MaxValue)) yield return $"{path} has {length} characters";
        if (schema["pattern"]?.ToString() is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.ECMAScript))
            yield return $"{path} is \"{text}\", not of {pattern}";
        var isOfFormat = schema["format"]?.ToString() switch
        {
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "date-time" => Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
            "uri-reference" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
            _ => true,
        };
        if (!isOfFormat) yield return $"{path} is \"{text}\", no {schema["format"]}";
    }

    private static IEnumerable<string> WhatIsWrongWithNumber(decimal number, JsonNode schema, string path)
    {
        var (least, most) = schema["format"]?.ToString() switch
        {
            "int32" => (int.MinValue, int.MaxValue),
            "int64" => (long.MinValue, long.MaxValue),
            _ => (decimal.MinValue, decimal.MaxValue),
        };
        if (number < Math.Max(least, Number(schema["minimum"], decimal.MinValue)) || number > Math.Min(most, Number(schema["maximum"], decimal.MaxValue)))
            yield return $"{path} is {number}, out of its range";
    }

    private static bool IsOf(JsonNode? value, string type) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && Number(value, 0) % 1 == 0,
        _ => value?.GetValueKind() == JsonValueKind.Number,
    };

    private static decimal Number(JsonNode? node, decimal otherwise) =>
        node is null ? otherwise : decimal.Parse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static string Show(JsonNode? value) => value?.ToJsonString() is { } json ? json.Length > 200 ? json[..200] + "…" : json : "null";

    // As in RFC 3339: with seconds and an offset.
    private static Regex Rfc3339() => new(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", RegexOptions.ECMAScript);
}
