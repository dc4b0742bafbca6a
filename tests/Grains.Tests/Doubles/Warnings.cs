using Microsoft.Extensions.Logging;

namespace JobRequests.Grains.Tests;

/// <summary>Keeps what was warned of.</summary>
internal sealed class Warnings<T> : ILogger<T>
{
    public List<string> Texts { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel != LogLevel.Warning) return;
        lock (Texts) Texts.Add(formatter(state, exception));
    }
}
