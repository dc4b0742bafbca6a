using System.Text.Json;

namespace JobRequests.Client.Wire;

/// <summary>Reads <c>errors</c> as lines for a person, in the list form and in the dictionary form of problem details.</summary>
internal static class ValidationErrors
{
    public static IReadOnlyList<string> Read(JsonElement? errors) => errors switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(Line)],
        { ValueKind: JsonValueKind.Object } fields =>
            [.. fields.EnumerateObject().SelectMany(field => Texts(field.Value).Select(text => $"{field.Name}: {text}"))],
        _ => [],
    };

    private static string Line(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
            return error.ToString();
        var texts = error.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String).Select(member => member.Value.GetString());
        return string.Join(": ", texts);
    }

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray().Select(item => item.ToString())
        : [value.ToString()];
}
