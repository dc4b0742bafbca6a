using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobRequests.EndToEnd.Tests;

internal static class HistoryJson
{
    public static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
