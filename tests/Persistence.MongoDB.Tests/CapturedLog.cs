using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>What a storage logs.</summary>
internal sealed class CapturedLog : ILogger<MongoGrainStorage>
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(LogLevel Level, string Text)> Entries { get; } = new();

    public Task FirstEntry => _first.Task;

    public IEnumerable<string> Warnings => Entries.Where(static entry => entry.Level == LogLevel.Warning).Select(static entry => entry.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Entries.Enqueue((logLevel, formatter(state, exception) + exception));
        _first.TrySetResult();
    }
}
