using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>What a value looks like, in the words of JSON Schema.</summary>
/// <param name="Type">Its type.</param>
internal sealed record ValueForm(JsonSchemaType Type)
{
    public static ValueForm Text { get; } = new(JsonSchemaType.String);

    public static ValueForm Integer { get; } = new(JsonSchemaType.Integer) { Format = "int32", Minimum = 0 };

    public static ValueForm Boolean { get; } = new(JsonSchemaType.Boolean);

    public static ValueForm Time { get; } = new(JsonSchemaType.String) { Format = "date-time" };

    /// <summary>Its name among the document's schemas, for values that many members share.</summary>
    public string? Name { get; init; }

    public string? Format { get; init; }

    public string? Pattern { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public long? Minimum { get; init; }

    public long? Maximum { get; init; }

    public JsonNode? Default { get; init; }

    /// <summary>All values there are.</summary>
    public IReadOnlyList<JsonNode> Values { get; init; } = [];

    /// <summary>Of a list: no value is there twice.</summary>
    public bool Distinct { get; init; }

    public static ValueForm OneOf(params IEnumerable<string> values) => Text with { Values = [.. values.Select(static value => (JsonNode)value)] };

    /// <summary>The schema of a value that stands alone.</summary>
    public IOpenApiSchema ToSchema(OpenApiDocument document) =>
        Name is null ? Describe(new OpenApiSchema { Type = Type }) : new OpenApiSchemaReference(Name, document);

    /// <summary>Adds to a schema of this type what the type alone does not say.</summary>
    public OpenApiSchema Describe(OpenApiSchema schema)
    {
        schema.Format ??= Format;
        schema.Pattern = Pattern;
        schema.MinLength = MinLength;
        schema.MaxLength = MaxLength;
        schema.Minimum = Minimum?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        schema.Maximum = Maximum?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        schema.Default ??= Default?.DeepClone();
        if (Values.Count > 0) schema.Enum = [.. Values.Select(static value => value.DeepClone())];
        return schema;
    }
}
