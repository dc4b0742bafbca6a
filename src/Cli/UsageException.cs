namespace JobRequests.Cli;

/// <summary>The arguments cannot be followed; the message says what was expected.</summary>
internal sealed class UsageException(string message) : Exception(message);
