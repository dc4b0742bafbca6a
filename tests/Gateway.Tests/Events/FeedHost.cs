using JobRequests.Gateway.Events;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.Events;

/// <summary>A gateway whose jobs are told by the test: each event is in the job's history and in the feed.</summary>
internal sealed class FeedHost : IAsyncDisposable, IHttpService
{
    private readonly GatewayHost _host;
    private readonly Dictionary<string, List<JobEvent>> _histories = [];

    private FeedHost(GatewayHost host)
    {
        _host = host;
        _host.Jobs.ReadHistory = (job, caller) => Task.FromResult(ReadHistory(job, caller));
        _host.Jobs.Read = (job, caller) => Task.FromResult(ReadHistory(job, caller) is { } history ? Snapshots.Job(job, version: history.Version) : null);
    }

    public GatewayHost Gateway => _host;

    public HttpClient Client => _host.Client;

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
        lock (_histories)
        {
            if (!_histories.TryGetValue(jobEvent.JobRequestId, out var events)) _histories.Add(jobEvent.JobRequestId, events = []);
            events.Add(jobEvent);
            if (Publishes) _host.App.Services.GetRequiredService<IJobEventLog>().AppendAsync(jobEvent);
        }
    }

    public Task<EventStreamReader> FollowAsync(string person, string? lastEventId = null) =>
        EventStreamReader.OpenAsync(Client, "/v1/events", person, lastEventId);

    public Task<EventStreamReader> FollowAsync(string person, string job, string? lastEventId) =>
        EventStreamReader.OpenAsync(Client, $"/v1/job-requests/{job}/events", person, lastEventId);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private JobHistory? ReadHistory(string job, Caller caller)
    {
        lock (_histories)
        {
            if (!_histories.TryGetValue(job, out var events)) return null;
            var seesAll = caller.IsAdmin || events[0].By == caller.Person;
            if (!seesAll && !events[0].Data.Candidates!.Value.Contains(caller.Person)) return null;
            return new JobHistory(job, events.Count, [.. events.Select(each => seesAll ? each : each.ForCandidate(caller.Person))]);
        }
    }
}
