namespace JobRequests.Gateway.JobRequests;

/// <summary>
/// The jobs behind the gateway. Every call may fail or hang: the caller bounds it. Only <see cref="NotEnqueuedException"/> says
/// anything about what became of a command.
/// </summary>
internal interface IJobRequests : IJobCommands
{
    /// <inheritdoc cref="IJobRequestGrain.Preview"/>
    Task<JobRequestReply> PreviewAsync(CommandEnvelope command);

    /// <inheritdoc cref="IJobRequestGrain.Read"/>
    Task<JobSnapshot?> ReadAsync(string jobRequestId, Caller caller);

    /// <inheritdoc cref="IJobViewGrain.Read"/>
    Task<JobSnapshot?> ReadViewAsync(string jobRequestId, Caller caller, int minVersion, TimeSpan wait);

    /// <inheritdoc cref="IJobRequestGrain.ReadHistory"/>
    Task<JobHistory?> ReadHistoryAsync(string jobRequestId, Caller caller);

    /// <inheritdoc cref="IJobQueryGrain.List"/>
    Task<JobPage> ListAsync(JobQuery query, Caller caller, CancellationToken cancellationToken);

    /// <inheritdoc cref="IJobQueryGrain.Count"/>
    Task<JobCounts> CountAsync(JobQuery query, Caller caller, CancellationToken cancellationToken);

    /// <inheritdoc cref="IJobQueryGrain.CountStatistics"/>
    Task<JobStatistics> ReadStatisticsAsync(StatisticsQuery query, CancellationToken cancellationToken);

    /// <inheritdoc cref="IJobQueryGrain.ReadLag"/>
    Task<TimeSpan> ReadViewLagAsync();

    /// <inheritdoc cref="IViewRebuildGrain.Start"/>
    Task<ViewRebuildStatus> StartViewRebuildAsync();

    /// <inheritdoc cref="IViewRebuildGrain.Read"/>
    Task<ViewRebuildStatus> ReadViewRebuildAsync();

    /// <inheritdoc cref="IJobViewGrain.StoredAt"/>
    Task<DateTimeOffset?> ReadViewTimeAsync(string jobRequestId, int version);

    /// <inheritdoc cref="IJobRequestGrain.Explain"/>
    Task<RequestExplanation?> ExplainAsync(string jobRequestId, Caller caller, string operation, string key);

    /// <inheritdoc cref="IJobRequestGrain.ReadTimeline"/>
    Task<JobTimeline?> ReadTimelineAsync(string jobRequestId, Caller caller);

    /// <summary>Returns when the cluster answers.</summary>
    Task PingAsync();
}

/// <summary>The command was refused before it was published: it will not be executed.</summary>
/// <param name="reason">Why not.</param>
/// <param name="isTooLarge">Whether it can never be.</param>
internal sealed class NotEnqueuedException(Exception reason, bool isTooLarge = false) : Exception("The command was not enqueued.", reason)
{
    public bool IsTooLarge { get; } = isTooLarge;
}
