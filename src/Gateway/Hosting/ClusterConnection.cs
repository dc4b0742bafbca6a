namespace JobRequests.Gateway.Hosting;

/// <summary>
/// The connection to the silos: lost when the client has none left, up only when the cluster has answered since. The client tells
/// it of losses; <see cref="ClusterProbe"/> of answers.
/// </summary>
internal sealed partial class ClusterConnection(SiloChanges silos, ILogger<ClusterConnection> logger) : IClusterConnection, IClusterConnectionStatusObserver
{
    private readonly Lock _gate = new();
    private int _losses;
    private TaskCompletionSource _lost = Completed();
    private volatile bool _isUp;

    public bool IsUp => _isUp;

    /// <summary>How often the connection was lost so far.</summary>
    public int Losses => Volatile.Read(ref _losses);

    /// <summary>Completes when the connection is down.</summary>
    public Task Lost
    {
        get
        {
            lock (_gate) return _lost.Task;
        }
    }

    /// <summary>The cluster has answered a question that was asked when <paramref name="lossesBefore"/> was the number of losses.</summary>
    /// <returns>False if the connection was lost since: the answer says nothing about now.</returns>
    public bool TryRise(int lossesBefore)
    {
        lock (_gate)
        {
            if (_losses != lossesBefore) return false;
            _lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _isUp = true;
        }

        Connected(logger);
        return true;
    }

    public void NotifyClusterConnectionLost()
    {
        bool wasUp;
        lock (_gate)
        {
            wasUp = _isUp;
            _losses++;
            _isUp = false;
            _lost.TrySetResult();
        }

        if (wasUp) ConnectionLost(logger);
    }

    /// <summary>That there is one, the answer to a question says; more or fewer of them is heard here sooner than from them.</summary>
    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered) => silos.Tell(TimeSpan.Zero);

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }

    [LoggerMessage(LogLevel.Information, "Connected to the cluster.")]
    private static partial void Connected(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The last connection to a silo is lost. Commands are refused until one answers.")]
    private static partial void ConnectionLost(ILogger logger);
}

/// <summary>Asks the cluster while the connection is down: nobody else does, for callers are refused meanwhile.</summary>
internal sealed partial class ClusterProbe(ClusterConnection connection, IClusterClient cluster, TimeProvider time, ILogger<ClusterProbe> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await connection.Lost.WaitAsync(stoppingToken);
            var lossesBefore = connection.Losses;
            if (!await AnswersAsync(stoppingToken) || !connection.TryRise(lossesBefore)) await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken stoppingToken)
    {
        try
        {
            await cluster.GetGrain<IOperationsGrain>(0).ReadGateways().WaitAsync(AnswerTimeout, time, stoppingToken);
            return true;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            NoAnswer(logger, exception);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "No silo answers; asking again.")]
    private static partial void NoAnswer(ILogger logger, Exception exception);
}
