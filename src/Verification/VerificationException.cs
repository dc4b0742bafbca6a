namespace JobRequests.Verification;

/// <summary>The evidence could not be read; the message is one sentence that says what to do.</summary>
public sealed class VerificationException(string message, Exception? inner = null) : Exception(message, inner);
