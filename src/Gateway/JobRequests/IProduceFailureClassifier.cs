namespace JobRequests.Gateway;

/// <summary>
/// Tells a refusal before the publication from a failure during it. Everything but a certain refusal is an unknown outcome: a record
/// whose delivery is reported as failed can be in the log.
/// </summary>
public interface IProduceFailureClassifier
{
    /// <returns>True only if the command can never be delivered.</returns>
    bool IsCertainlyNotEnqueued(Exception exception);

    /// <returns>True if the command is larger than its log takes: it would be refused each time.</returns>
    bool IsTooLarge(Exception exception) => false;
}

/// <summary>The classifier of a stream provider that nothing is known of.</summary>
internal sealed class NothingIsCertain : IProduceFailureClassifier
{
    public bool IsCertainlyNotEnqueued(Exception exception) => false;
}
