namespace JobRequests.Gateway.Events;

/// <summary>Admits the connections that stay, feeds and hub together.</summary>
internal sealed class LiveConnections(IOptions<FeedOptions> options, IHostApplicationLifetime lifetime)
    : PlaceLimit(options.Value.MaxConnections, options.Value.MaxConnectionsPerCaller)
{
    /// <summary>The process takes no more of them and ends those it has.</summary>
    public bool AreEnding => lifetime.ApplicationStopping.IsCancellationRequested;

    public override Refusal? Enter(string person) => AreEnding ? Ending() : base.Enter(person);

    public override Refusal? Check(string person) => AreEnding ? Ending() : base.Check(person);

    private static Refusal Ending() => new(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered());
}
