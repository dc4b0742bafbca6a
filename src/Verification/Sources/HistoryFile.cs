using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>A line of a history: a call, or the moment at which something was done to the deployment.</summary>
internal sealed record HistoryLine(RecordedCall? Call, string? Fault, long Start, byte[] Json);

/// <summary>
/// A history: one JSON object a line, a <see cref="RecordedCall"/> or <c>{"fault":"cache-wiped","start":…}</c>. Members that are not known are
/// left out of account.
/// </summary>
public static class HistoryFile
{
    /// <summary>The fault after which no answer may differ from one before it.</summary>
    public const string CacheWiped = "cache-wiped";

    private static readonly string[] Outcomes = ["SUCCESS", "FAIL", RecordedCall.Pending, "REFUSED"];

    /// <summary>A call as a line of a history.</summary>
    public static string Line(RecordedCall call) => JsonSerializer.Serialize(call, HistoryJson.Default.RecordedCall);

    internal static IEnumerable<HistoryLine> Read(string path)
    {
        var number = 0;
        foreach (var line in Lines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line)) yield return Parse(path, number, line);
        }
    }

    private static HistoryLine Parse(string path, int number, string line)
    {
        var json = Encoding.UTF8.GetBytes(line);
        try
        {
            var fault = JsonSerializer.Deserialize(json, HistoryJson.Default.RecordedFault);
            if (fault?.Fault is { } name) return new HistoryLine(null, name, fault.Start, json);
            if (JsonSerializer.Deserialize(json, HistoryJson.Default.RecordedCall) is not { } call) throw Wrong(path, number, "it is null", null);
            return WhatIsWrong(call) is { } problem ? throw Wrong(path, number, problem, null) : new HistoryLine(call, null, call.Start, json);
        }
        catch (JsonException exception)
        {
            throw Wrong(path, number, exception.Message, exception);
        }
    }

    private static string? WhatIsWrong(RecordedCall call)
    {
        if (call.Job.Length == 0 || call.Caller.Length == 0) return "job and caller must not be empty";
        if (!call.IsGet && !Operations.All.Contains(call.Op)) return $"'{call.Op}' is no operation";
        if (!call.IsGet && string.IsNullOrEmpty(call.Key)) return "key is missing";
        if (call.End < call.Start) return "end is before start";
        if (!Outcomes.Contains(call.Outcome)) return $"outcome '{call.Outcome}' is none of {string.Join(", ", Outcomes)}";
        return call.IsDecided && call.End is null ? "an answer needs its end" : null;
    }

    private static IEnumerable<string> Lines(string path)
    {
        using var reader = Open(path);
        while (Next(path, reader) is { } line) yield return line;
    }

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new VerificationException($"The history cannot be read: {exception.Message}", exception);
        }
    }

    private static string? Next(string path, StreamReader reader)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (IOException exception)
        {
            throw new VerificationException($"The history {path} cannot be read: {exception.Message}", exception);
        }
    }

    private static VerificationException Wrong(string path, int line, string problem, Exception? inner) =>
        new($"Line {line} of the history {path} is no call: {problem}.", inner);
}

/// <summary>A moment at which something was done to the deployment.</summary>
internal sealed record RecordedFault
{
    public string? Fault { get; init; }

    public long Start { get; init; }
}

/// <summary>How lines of a history are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RecordedCall))]
[JsonSerializable(typeof(RecordedFault))]
internal sealed partial class HistoryJson : JsonSerializerContext;
