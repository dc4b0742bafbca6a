using JobRequests.Domain;
using JobRequests.Grains;
using MongoDB.Driver;

namespace JobRequests.Silo;

/// <summary>
/// Generations of views as collections. What holds which is written down once for all silos; each step waits until every silo of the
/// cluster has taken notice of it.
/// </summary>
internal sealed class MongoJobViewGenerations(MongoJobViewSets sets, IJobViewSilos silos, TimeProvider clock) : IJobViewGenerations
{
    /// <summary>A rebuild that has given no sign of life for so long has ended with its silo.</summary>
    public static readonly TimeSpan Lost = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan NoticeTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SignPeriod = TimeSpan.FromSeconds(5);

    private JobViewSets? _mine;
    private long _signed;

    /// <summary>How long a silo may take that was joining while the others took notice.</summary>
    internal TimeSpan Quiet { get; init; } = 2 * MongoJobViewNotices.Period;

    public async Task<string> BeginAsync(CancellationToken cancellationToken)
    {
        var before = await sets.ReadAsync(cancellationToken);
        var generation = $"{MongoJobViewStore.Collection}.{Guid.NewGuid():N}";
        await MongoJobViewIndexes.CreateAsync(Collection(generation), cancellationToken);
        try
        {
            await ChangeAsync(before, before.Live, generation, cancellationToken);
            if (before.Also is { } left) await sets.Database.DropCollectionAsync(left, cancellationToken);
            return generation;
        }
        catch
        {
            await AbandonAsync(generation);
            throw;
        }
    }

    public async Task WriteAsync(string generation, IReadOnlyCollection<JobView> views, CancellationToken cancellationToken)
    {
        await SignAsync(generation, cancellationToken);
        await MongoJobViewStore.WriteAsync(Collection(generation), [.. views.Select(JobViewDocument.From)]);
    }

    public async Task SwitchAsync(string generation, CancellationToken cancellationToken)
    {
        // A silo that has not taken notice yet reads the one before: that one is still written until all have.
        var building = Mine(generation);
        var switched = await ChangeAsync(building, generation, building.Live, cancellationToken);
        await ChangeAsync(switched, generation, null, cancellationToken);
        _mine = null;
        await sets.Database.DropCollectionAsync(building.Live, cancellationToken);
    }

    public async Task AbandonAsync(string generation)
    {
        if (_mine is not { } mine || (mine.Also != generation && mine.Live != generation)) return;
        _mine = null;
        // After a switch that was cut off the one before is left over, which the next rebuild, or any silo after a while, drops.
        if (mine.Also == generation) await DropAsync(mine, CancellationToken.None);
    }

    /// <summary>Drops what a rebuild has left that has ended before its time, unless another one has begun since.</summary>
    public async Task DropAsync(JobViewSets seen, CancellationToken cancellationToken)
    {
        var next = seen with { Epoch = seen.Epoch + 1, Also = null, SeenAt = null };
        if (seen.Also is not { } left || !await sets.TryChangeAsync(next, cancellationToken)) return;
        try
        {
            await UntilNoticedAsync(next, cancellationToken);
        }
        catch (ViewRebuildException)
        {
            // A silo that still writes there makes a collection again that nobody reads: no more than room.
        }

        await sets.Database.DropCollectionAsync(left, cancellationToken);
    }

    private async Task<JobViewSets> ChangeAsync(JobViewSets before, string live, string? also, CancellationToken cancellationToken)
    {
        var next = new JobViewSets { Epoch = before.Epoch + 1, Live = live, Also = also, SeenAt = also is null ? null : clock.GetUtcNow().UtcDateTime };
        if (!await sets.TryChangeAsync(next, cancellationToken)) throw new ViewRebuildException("Another rebuild of the views has begun.");
        _mine = next;
        _signed = clock.GetTimestamp();
        await UntilNoticedAsync(next, cancellationToken);
        return next;
    }

    private async Task UntilNoticedAsync(JobViewSets next, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (var quiet = 0; quiet < 2;)
        {
            var waiting = await sets.WhoHasNotNoticedAsync(await silos.FindAsync(), next.Epoch, cancellationToken);
            if (waiting.Count == 0)
            {
                // A silo that was joining just now had read what was before: it looks again within its period, and is seen by then.
                if (++quiet < 2) await Task.Delay(Quiet, clock, cancellationToken);
                continue;
            }

            quiet = 0;
            if (clock.GetElapsedTime(started) > NoticeTime)
                throw new ViewRebuildException($"Silo {string.Join(", ", waiting)} has not taken notice of the rebuild within {NoticeTime.TotalSeconds:F0} s; "
                    + "the views are as they were. Try again when all silos answer.");
            await Task.Delay(Poll, clock, cancellationToken);
        }
    }

    private async Task SignAsync(string generation, CancellationToken cancellationToken)
    {
        var mine = Mine(generation);
        if (clock.GetElapsedTime(_signed) < SignPeriod) return;
        if (!await sets.TrySignAsync(mine.Epoch, clock.GetUtcNow().UtcDateTime, cancellationToken))
            throw new ViewRebuildException("Another rebuild of the views has begun, or this one was taken for lost.");
        _signed = clock.GetTimestamp();
    }

    private JobViewSets Mine(string generation) =>
        _mine is { } mine && mine.Also == generation ? mine : throw new ViewRebuildException("Another rebuild of the views has begun.");

    private IMongoCollection<JobViewDocument> Collection(string name) => sets.Database.GetCollection<JobViewDocument>(name);
}

/// <summary>The silos that store views.</summary>
internal interface IJobViewSilos
{
    /// <summary>The addresses of all that are active.</summary>
    Task<IReadOnlyList<string>> FindAsync();
}

/// <summary>As the cluster's membership has them.</summary>
internal sealed class ClusterViewSilos(IGrainFactory grains) : IJobViewSilos
{
    public async Task<IReadOnlyList<string>> FindAsync() =>
        [.. (await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Keys.Select(silo => silo.ToString())];
}
