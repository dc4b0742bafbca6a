using System.Diagnostics.Tracing;

namespace JobRequests.CompiledMethods;

/// <summary>Writes a line with type and name of each method of ours when it is compiled, which is when it is called for the first time.</summary>
public sealed class MethodLog : EventListener
{
    /// <summary>The environment variable with the file to write.</summary>
    public const string Variable = "JOBREQUESTS_COMPILED_METHODS";

    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Jit = (EventKeywords)0x10;
    private const int TypeName = 6;
    private const int MethodName = 7;

    private readonly StreamWriter _file;

    public MethodLog(string path)
    {
        _file = new StreamWriter(path) { AutoFlush = true };
        foreach (var source in EventSource.GetSources()) OnEventSourceCreated(source);
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        // The base class calls this before the constructor has run, too.
        if (_file is not null && eventSource.Name == Runtime) EnableEvents(eventSource, EventLevel.Verbose, Jit);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) != true || eventData.Payload is not { } payload) return;
        if (payload[TypeName] is string type && type.StartsWith("JobRequests.", StringComparison.Ordinal))
            lock (_file)
                _file.WriteLine($"{type} {payload[MethodName]}");
    }
}
