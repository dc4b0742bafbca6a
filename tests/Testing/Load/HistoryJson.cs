using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobRequests.Testing.Load;

public static class HistoryJson
{
    public static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
