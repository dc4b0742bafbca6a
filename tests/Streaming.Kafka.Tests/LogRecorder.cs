using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>Keeps what a silo logs.</summary>
internal sealed class LogRecorder : ILoggerProvider
{
    public ConcurrentQueue<(string Category, LogLevel Level, string Text)> Lines { get; } = new();

    public void AddTo(ISiloBuilder silo) => silo.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(this));

    public Task UntilAsync(LogLevel level, string text) => Eventually.IsTrueAsync(
        () => Lines.Any(line => line.Level == level && line.Text.Contains(text, StringComparison.Ordinal)),
        () => $"a {level} log with '{text}'; there were:\n{string.Join('\n', Lines.Where(line => line.Level >= LogLevel.Warning).TakeLast(20))}");

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogRecorder recorder, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            recorder.Lines.Enqueue((category, logLevel, formatter(state, exception)));
    }
}
