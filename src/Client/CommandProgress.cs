namespace JobRequests.Client;

/// <summary>An attempt without an outcome.</summary>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Code">What was heard, such as <c>OVERLOADED</c> or <c>CONNECTION_LOST</c>.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="NextIn">The pause until the next attempt.</param>
public sealed record CommandProgress(int Attempt, string Code, string Message, TimeSpan NextIn);
