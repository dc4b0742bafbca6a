using JobRequests.Gateway.Events;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Tests.Events;

/// <summary>The feed without a server: its intake, its pump, and jobs that say who their people are.</summary>
internal sealed class FeedUnderTest : IAsyncDisposable
{
    private readonly EventPump _pump;
    private readonly FeedIntake _intake = new();

    public FeedUnderTest(FeedOptions? options = null, int partitions = 1)
    {
        var settings = Options.Create(options ?? new FeedOptions());
        Feed = new JobEventFeed(settings);
        Audiences = new AudienceReader(Jobs, settings, TimeProvider.System, NullLogger<AudienceReader>.Instance);
        _pump = new EventPump(_intake, Feed, Audiences);
        Open(7, new long[partitions]);
        _ = _pump.StartAsync(CancellationToken.None);
    }

    public JobEventFeed Feed { get; }

    public AudienceReader Audiences { get; }

    public ScriptedJobs Jobs { get; } = new();

    public void Open(ulong log, params long[] offsets) => _intake.Write(new FeedInput.Opened(log, offsets));

    public void Add(long offset, JobEvent? jobEvent, int partition = 0) => _intake.Write(new FeedInput.Record(partition, offset, jobEvent));

    public async Task<EventListener> ListenAsync(string person, bool isAdmin = false, int queue = 256)
    {
        while (!Feed.IsOpen) await Task.Delay(1, TestContext.Current.CancellationToken);
        var listener = new EventListener(new Caller(person, isAdmin), null, queue);
        Feed.ListenToAll(listener);
        return listener;
    }

    /// <summary>The next thing that a listener is told, as JSON where it is an event.</summary>
    public static async Task<string> NextAsync(EventListener listener)
    {
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var item = await listener.Queue.ReadAsync(waitLimit.Token);
        return item.Event is { } told
            ? System.Text.Encoding.UTF8.GetString(told.JsonFor(item.Role, listener.Caller.Person).Span)
            : item.Reload
            ? "reload"
            : "beat";
    }

    public async ValueTask DisposeAsync()
    {
        await _pump.StopAsync(CancellationToken.None);
        _pump.Dispose();
    }
}
