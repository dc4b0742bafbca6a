namespace JobRequests.Silo;

/// <summary>
/// Keeps this silo's store informed of which collections hold views: before the first grain runs, and then once a second. Says so once
/// every write that went by the news before is done.
/// </summary>
internal sealed partial class MongoJobViewNotices(
    MongoJobViewSets sets, MongoJobViewStore store, MongoJobViewGenerations generations, string silo, TimeProvider clock, ILogger<MongoJobViewNotices> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _watch = Task.CompletedTask;
    private Task _dropping = Task.CompletedTask;
    private long _noticed = -1;
    private (DateTime? SeenAt, long Since) _sign;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(MongoJobViewNotices),
        ServiceLifecycleStage.ApplicationServices,
        async cancellationToken =>
        {
            await LookAsync(cancellationToken);
            _watch = Task.Run(WatchAsync, CancellationToken.None);
        },
        _ => StopAsync());

    // Registered under two types, it is disposed twice.
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_watch, _dropping);
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(_stopping.Token)) return;
                await LookAsync(_stopping.Token);
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                NotRead(exception);
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                // The silo stops.
            }
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var current = await sets.ReadAsync(cancellationToken);
        if (current.Epoch != _noticed)
        {
            await store.UseAsync(current);
            await sets.TakeNoticeAsync(silo, current.Epoch, cancellationToken);
            _noticed = current.Epoch;
        }

        // How long the sign has stayed the same, by this silo: the clocks of two machines tell nothing about a life.
        if (current.SeenAt != _sign.SeenAt) _sign = (current.SeenAt, clock.GetTimestamp());

        // Not awaited: it waits for every silo to take notice, this one included.
        if (current is { Also: not null, SeenAt: not null } && clock.GetElapsedTime(_sign.Since) > MongoJobViewGenerations.Lost && _dropping.IsCompleted)
            _dropping = DropAsync(current);
    }

    private async Task DropAsync(JobViewSets left)
    {
        try
        {
            await generations.DropAsync(left, _stopping.Token);
            Dropped(left.Also!);
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            NotRead(exception);
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The silo stops; another one drops it.
        }
    }

    [LoggerMessage(LogLevel.Warning, "An abandoned rebuild of the views was cleaned up; its collection {Collection} was dropped.")]
    private partial void Dropped(string collection);

    [LoggerMessage(LogLevel.Warning, "The names of the views' collections could not be read.")]
    private partial void NotRead(Exception exception);
}
