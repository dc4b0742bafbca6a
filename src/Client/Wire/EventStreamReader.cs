using System.Globalization;
using System.Text;

namespace JobRequests.Client.Wire;

/// <summary>One event of a stream of server-sent events, or, without data, a sign of life.</summary>
internal readonly record struct SentEvent(string? Type, string? Data);

/// <summary>
/// Reads an answer of server-sent events block by block. <c>SseParser</c> takes over the id of a block that was cut off, so that the next connection
/// would begin behind an event that never came; and it keeps comments to itself, which here are the signs of life.
/// </summary>
internal sealed class EventStreamReader(Stream stream, string? lastEventId) : IDisposable
{
    private readonly StreamReader _lines = new(stream, Encoding.UTF8);

    /// <summary>Where to go on after this.</summary>
    public string? LastEventId { get; private set; } = lastEventId;

    /// <summary>How long to wait before coming back, where the service has said so.</summary>
    public TimeSpan? Retry { get; private set; }

    /// <returns>Null at the end of the answer; a block that was cut off there is left out.</returns>
    public async ValueTask<SentEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        string? id = null, type = null, data = null;
        while (await _lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                LastEventId = id ?? LastEventId;
                return new SentEvent(type, data);
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var field = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1)..];
            if (value.StartsWith(' '))
                value = value[1..];
            switch (field)
            {
                case "id":
                    id = value;
                    break;
                case "event":
                    type = value;
                    break;
                case "data":
                    data = data is null ? value : $"{data}\n{value}";
                    break;
                case "retry" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds):
                    Retry = TimeSpan.FromMilliseconds(milliseconds);
                    break;
            }
        }

        return null;
    }

    public void Dispose() => _lines.Dispose();
}
