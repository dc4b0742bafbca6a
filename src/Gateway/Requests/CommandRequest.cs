namespace JobRequests.Gateway.Requests;

/// <summary>A command whose form is in order.</summary>
/// <param name="Envelope">What is published.</param>
/// <param name="Preferences">How the caller wants to be answered.</param>
/// <param name="StartedAt">Timestamp at which the wait began.</param>
/// <param name="OutOfTime">
/// Times that have passed already, or lie too far ahead. Such a command is not published; it is refused only after the ledgers were asked, so that a
/// repeat of one that succeeded in time is still told so.
/// </param>
internal sealed record CommandRequest(CommandEnvelope Envelope, Preferences Preferences, long StartedAt, IReadOnlyList<FieldError>? OutOfTime)
{
    public RequestName Name => new(Envelope.Caller.Person, Envelope.Command.Operation, Envelope.JobRequestId, Envelope.Key);

    public OutcomeQuery Query => new(Envelope.Caller, Envelope.Command.Operation, Envelope.Key, Envelope.Fingerprint, Envelope.ReceivedAt, NotAfter: null);
}

/// <summary>What a key is scoped to. Another caller's key tells nothing.</summary>
internal readonly record struct RequestName(string Caller, string Operation, string JobRequestId, string Key);
