using System.Collections.Concurrent;

namespace JobRequests.Gateway.Events;

/// <summary>One connection of the hub.</summary>
internal sealed class LiveSession(EventListener listener)
{
    /// <summary>Commands without an outcome, and outcomes that were not taken yet: who does not read gets no more of them.</summary>
    public const int MaxCommands = 256;

    /// <summary>Jobs that one connection may watch.</summary>
    public const int MaxJobs = 1_000;

    private int _commands;

    public EventListener Listener => listener;

    /// <summary>Held while events are told: what a client has missed is told before what comes.</summary>
    public SemaphoreSlim Telling { get; } = new(1);

    /// <summary>The version up to which each watched job has been told.</summary>
    public ConcurrentDictionary<string, int> Told { get; } = new(StringComparer.Ordinal);

    /// <summary>The connection has gone: outcomes go to the caller's others.</summary>
    public bool IsOver { get; set; }

    public bool TryBegin()
    {
        if (Interlocked.Increment(ref _commands) <= MaxCommands) return true;
        End();
        return false;
    }

    public void End() => Interlocked.Decrement(ref _commands);
}
