using System.Text.Json;

namespace JobRequests.Gateway.Requests;

/// <summary>Says which field of a body could not be read, without repeating what was sent.</summary>
internal static class JsonRefusal
{
    public static Refusal From(JsonException exception)
    {
        var field = FieldOf(exception.Path);
        return Refusal.Field(field, MessageOf(exception, field));
    }

    // The reader's path is "$.tasks[0].name"; ours is the same without its root.
    private static string FieldOf(string? path) => path switch
    {
        null or "$" => "",
        ['$', '.', .. var rest] => rest,
        ['$', .. var rest] => rest,
        _ => path,
    };

    private static string MessageOf(JsonException exception, string field)
    {
        if (exception.InnerException is null && exception.Message.StartsWith("must ", StringComparison.Ordinal)) return exception.Message;
        return field.Length == 0
            ? "must be one JSON object with the documented members, each once, at most eight levels deep"
            : "is unknown, repeated, or not of the documented type";
    }
}
