using System.Diagnostics;
using System.Text;

namespace JobRequests.Streaming.Kafka;

/// <summary>
/// The trace that a record belongs to, in the headers that the process's propagator uses, such as <c>traceparent</c>. Orleans' call filters
/// (<c>AddActivityPropagation</c>) look for the same names in the request context.
/// </summary>
internal static class TraceHeaders
{
    public static bool Are(string name) => DistributedContextPropagator.Current.Fields.Contains(name);

    /// <summary>Adds them to a request context, and makes one when there are any.</summary>
    public static Dictionary<string, object>? AddTo(Dictionary<string, object>? requestContext, IReadOnlyList<KafkaHeader> headers)
    {
        for (var i = 0; i < headers.Count; i++)
            if (Are(headers[i].Name))
                (requestContext ??= [])[headers[i].Name] = Encoding.UTF8.GetString(headers[i].Value.Span);
        return requestContext;
    }
}
