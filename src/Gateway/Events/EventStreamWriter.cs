using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace JobRequests.Gateway.Events;

/// <summary>An answer in the form of server-sent events. What is written goes out with <see cref="FlushAsync"/>.</summary>
internal sealed class EventStreamWriter
{
    public const string ContentType = "text/event-stream";

    /// <summary>Proxies that gather answers before they pass them on would hold events back.</summary>
    public const string Buffering = "X-Accel-Buffering";

    public const string NoBuffering = "no";

    // How long clients wait before they come back, unless something else is said at the end.
    private const int RetryMs = 1_000;

    private readonly PipeWriter _output;

    private EventStreamWriter(PipeWriter output) => _output = output;

    public static EventStreamWriter Begin(HttpContext http)
    {
        var response = http.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers[Buffering] = NoBuffering;
        var writer = new EventStreamWriter(response.BodyWriter);
        writer.Retry(RetryMs);
        return writer;
    }

    public void Event(ReadOnlySpan<char> id, ReadOnlySpan<char> type, ReadOnlySpan<byte> json)
    {
        // In one piece: a connection locks its output for each of them.
        var piece = new Piece(_output.GetSpan(64 + Encoding.UTF8.GetMaxByteCount(id.Length + type.Length) + json.Length));
        if (!id.IsEmpty) piece.Add("id: "u8, id, "\n"u8);
        piece.Add("event: "u8, type, "\ndata: "u8);
        piece.Add(json);
        piece.Add("\n\n"u8);
        _output.Advance(piece.Length);
    }

    /// <summary>Moves the client's cursor without an event.</summary>
    public void Cursor(ReadOnlySpan<char> id)
    {
        Line("id: "u8, id);
        _output.Write("\n"u8);
    }

    public void Heartbeat(ReadOnlySpan<char> id)
    {
        _output.Write(":\n"u8);
        if (id.IsEmpty) _output.Write("\n"u8);
        else Cursor(id);
    }

    /// <summary>Something was missed: what the client knows has to be read again. The feed continues from here.</summary>
    public void Reload(ReadOnlySpan<char> id) => Event(id, "reload", "{}"u8);

    public void Retry(int afterMs)
    {
        Line("retry: "u8, afterMs.ToString(CultureInfo.InvariantCulture));
        _output.Write("\n"u8);
    }

    public async ValueTask FlushAsync(CancellationToken aborted) => await _output.FlushAsync(aborted);

    private void Line(ReadOnlySpan<byte> field, ReadOnlySpan<char> value)
    {
        _output.Write(field);
        Encoding.UTF8.GetBytes(value, _output);
        _output.Write("\n"u8);
    }

    private ref struct Piece(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;

        public int Length { get; private set; }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_buffer[Length..]);
            Length += bytes.Length;
        }

        public void Add(ReadOnlySpan<byte> before, ReadOnlySpan<char> value, ReadOnlySpan<byte> after)
        {
            Add(before);
            Length += Encoding.UTF8.GetBytes(value, _buffer[Length..]);
            Add(after);
        }
    }
}
