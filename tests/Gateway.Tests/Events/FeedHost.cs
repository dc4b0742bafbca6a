using JobRequests.Gateway.Events;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.Events;

/// <summary>A gateway whose jobs are told by the test: each event is in the job's history and in the feed.</summary>
internal sealed class FeedHost : IAsyncDisposable, IHttpService
{
    private readonly GatewayHost host;
    private readonly Dictionary<string, List<JobEvent>> histories = [];

    private FeedHost(GatewayHost host)
    {
        this.host = host;
        host.Jobs.ReadHistory = (job, caller) => Task.FromResult(ReadHistory(job, caller));
        host.Jobs.Read = (job, caller) => Task.FromResult(ReadHistory(job, caller) is { } history ? Snapshots.Job(job, version: history.Version) : null);
    }

    public GatewayHost Gateway => host;

    public HttpClient Client => host.Client;

    /// <summary>Whether an event goes into the feed too; else it is as if its record were lost.</summary>
    public bool Publishes { get; set; } = true;

    public static async Task<FeedHost> StartAsync(params (string Key, string? Value)[] settings)
    {
        var host = new FeedHost(await GatewayHost.StartAsync(settings));
        var feed = host.Gateway.App.Services.GetRequiredService<JobEventFeed>();
        await Idempotency.Redis.Eventually.TrueAsync(() => Task.FromResult(feed.IsOpen), "the feed to have begun");
        return host;
    }

    public void Add(JobEvent jobEvent)
    {
        lock (histories)
        {
            if (!histories.TryGetValue(jobEvent.JobRequestId, out var events)) histories.Add(jobEvent.JobRequestId, events = []);
            events.Add(jobEvent);
            if (Publishes) host.App.Services.GetRequiredService<IJobEventListener>().OnEvent(jobEvent);
        }
    }

    public Task<EventStreamReader> FollowAsync(string person, string? lastEventId = null) =>
        EventStreamReader.OpenAsync(Client, "/v1/events", person, lastEventId);

    public Task<EventStreamReader> FollowAsync(string person, string job, string? lastEventId) =>
        EventStreamReader.OpenAsync(Client, $"/v1/job-requests/{job}/events", person, lastEventId);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private JobHistory? ReadHistory(string job, Caller caller)
    {
        lock (histories)
        {
            if (!histories.TryGetValue(job, out var events)) return null;
            var seesAll = caller.IsAdmin || events[0].By == caller.Person;
            if (!seesAll && !events[0].Data.Candidates!.Value.Contains(caller.Person)) return null;
            return new JobHistory(job, events.Count, [.. events.Select(each => seesAll ? each : each.ForCandidate(caller.Person))]);
        }
    }
}
