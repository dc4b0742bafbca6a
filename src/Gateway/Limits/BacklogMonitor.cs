namespace JobRequests.Gateway.Limits;

/// <summary>Keeps what is known of the log of commands: asks for it in the background, answers at once.</summary>
internal sealed partial class BacklogMonitor(
    IRequestBacklog backlog, SiloChanges silos, IOptions<AdmissionOptions> options, TimeProvider time, ILogger<BacklogMonitor> logger) : BackgroundService
{
    private readonly AdmissionOptions _options = options.Value;
    private readonly long _origin = time.GetTimestamp();
    private PartitionDrain[] _partitions = [];
    private TimeSpan _answeredAt;
    private bool _wasReachable = true;

    /// <summary>False when the log has not answered for too long.</summary>
    public bool IsReachable => Now - _answeredAt <= _options.StaleAfter;

    /// <summary>Every partition, in their order.</summary>
    public IReadOnlyList<Forecast> Forecasts => [.. Volatile.Read(ref _partitions).Select(partition => partition.Predict(Now))];

    /// <summary>What awaits a command on this job.</summary>
    public Forecast Predict(string jobRequestId) => Of(jobRequestId) is { } partition ? partition.Predict(Now) : default;

    public void Sent(string jobRequestId) => Of(jobRequestId)?.Sent();

    /// <summary>A command was decided that went through the log; a repeat or a question need not have.</summary>
    public void Decided(string jobRequestId, TimeSpan latency) => Of(jobRequestId)?.Answered(Now, latency);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(_options.SamplePeriod, time);
            _answeredAt = Now;
            do
            {
                await SampleAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops, or does not get to start.
        }
    }

    private async Task SampleAsync(CancellationToken stoppingToken)
    {
        try
        {
            var sample = await backlog.ReadAsync(stoppingToken);
            var now = Now;
            if (sample.Count != _partitions.Length) Volatile.Write(ref _partitions, [.. sample.Select(_ => new PartitionDrain(_options))]);
            for (var i = 0; i < sample.Count; i++) _partitions[i].Observe(now, sample[i].Written, sample[i].Finished, silos.AreSettled);
            _answeredAt = now;
            if (!_wasReachable) Reached(logger);
            _wasReachable = true;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (_wasReachable) NotReached(logger, exception);
            _wasReachable = false;
        }
    }

    private PartitionDrain? Of(string jobRequestId)
    {
        var known = Volatile.Read(ref _partitions);
        var partition = known.Length == 0 ? -1 : backlog.PartitionOf(jobRequestId);
        return partition >= 0 && partition < known.Length ? known[partition] : null;
    }

    private TimeSpan Now => time.GetElapsedTime(_origin);

    [LoggerMessage(LogLevel.Warning, "The log of commands does not answer (docs/operations.md#kafka). Commands are refused until it does.")]
    private static partial void NotReached(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "The log of commands answers again.")]
    private static partial void Reached(ILogger logger);
}
