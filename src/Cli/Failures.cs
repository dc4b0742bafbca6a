using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace JobRequests.Cli;

/// <param name="Message">What happened and what to do.</param>
/// <param name="ExitCode">One of <see cref="Cli.ExitCode"/>.</param>
internal sealed record Failure(string Message, int ExitCode);

/// <summary>Turns what may go wrong into a sentence and an exit code; what may not is left to crash with its stack.</summary>
internal static class Failures
{
    public static Failure? Explain(Exception exception) => exception switch
    {
        OutputException { ReaderIsGone: true } => new("", ExitCode.Success),
        OutputException e => new(e.Message, ExitCode.LocalFile),
        UsageException e => new(e.Message, ExitCode.Usage),
        KafkaFailedException e => new(e.Message, e.ExitCode),
        VerificationException e => new(e.Message, ExitCode.Unreadable),
        OperationCanceledException => new("Interrupted.", ExitCode.Interrupted),
        JobRequestsException { Answer.Status: 401 } e => new($"{e.Message}\n{NotLoggedIn}", ExitCode.Refused),
        JobRequestsException e => new(string.Join("\n  ", e.Errors.Prepend(e.Message)), ExitCode.OfRefusal(e.Answer.Status)),
        HttpRequestException e => new($"{e.Message}\n{HowToStart}", ExitCode.Unreachable),
        JsonException or IOException or UnauthorizedAccessException => new(exception.Message + WhoseFile(exception.Message), ExitCode.LocalFile),
        SqliteException e => new($"SQLite: {e.Message}", ExitCode.LocalFile),
        _ => null,
    };

    private static string WhoseFile(string message) => message.Contains(Settings.ConfigFolder.Path, StringComparison.Ordinal)
        ? $"\njobctl keeps its files in {Settings.ConfigFolder.Path}; JOBCTL_CONFIG names another folder."
        : "";

    public const string HowToStart =
        "Is the service running? `dotnet run -c Release --project src/Standalone` starts one; --url or JOBCTL_URL names another.";

    public const string NotLoggedIn = "Not signed in. Use --as NAME (development), --token TOKEN, JOBCTL_TOKEN, or run `jobctl login`.";
}

/// <summary>The arguments cannot be followed; the message says what was expected.</summary>
internal sealed class UsageException(string message) : Exception(message);
