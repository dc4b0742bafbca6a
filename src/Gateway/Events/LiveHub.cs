using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

namespace JobRequests.Gateway.Events;

/// <summary>
/// The asynchronous way in. Clients are told <c>Outcome(key, answer)</c>, <c>Event(event)</c> and <c>Reload()</c>; each call returns what it says
/// here or a problem, in the form of HTTP's.
/// </summary>
internal sealed class LiveHub(
    LiveCommands commands, LiveEvents events, LiveConnections connections, CallerQuota quota, JobEventFeed feed, FeedCatchUp catchUp, SecurityLog log,
    IJobRequests jobs,
    IOptions<GatewayOptions> gateway, TimeProvider time)
    : Hub
{
    private static readonly RawJson Accepted = RawJson.From(new AcceptedBody(true), GatewayJson.Wire.AcceptedBody);

    private Caller Caller => Context.User!.ToCaller();

    private LiveSession Session => (LiveSession)Context.Items[typeof(LiveSession)]!;

    public override Task OnConnectedAsync()
    {
        if (connections.Enter(Caller.Person) is { } refusal) throw new HubException(refusal.Type.Code);
        Context.Items[typeof(LiveSession)] = events.Begin(Context, Caller);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        if (!Context.Items.ContainsKey(typeof(LiveSession))) return Task.CompletedTask;
        Session.IsOver = true;
        feed.Leave(Session.Listener);
        Session.Listener.End();
        connections.Leave(Caller.Person);
        return Task.CompletedTask;
    }

    /// <summary>Takes a command: <c>{"accepted":true}</c>, or a problem; what became of it comes as <c>Outcome</c>. The same key gets the same
    /// outcome.</summary>
    public async Task<RawJson> Send(string? operation, string? job, string? key, JsonElement body)
    {
        var refusal = quota.Take(Caller.Person);
        return (refusal ?? await commands.BeginAsync(Session, Caller, Context, operation, job, key, body, Context.ConnectionAborted)) is { } refused
            ? Problem(refused, job, isCommand: true)
            : Accepted;
    }

    /// <summary>From now on the job's events come: <c>{"watching":true,"version":7}</c>, and the first one that comes is a later version.</summary>
    public Task<RawJson> Watch(string? job) => WatchAsync(job, after: null);

    /// <summary>As <see cref="Watch"/>, for a client that has the job's events up to a version: those after it come first.</summary>
    public Task<RawJson> Resume(string? job, int version) => WatchAsync(job, version);

    public Task Unwatch(string? job)
    {
        if (JobRequestId.Read(job) is not { } id) return Task.CompletedTask;
        feed.Ignore(Session.Listener, id);
        Session.Told.TryRemove(id, out _);
        return Task.CompletedTask;
    }

    /// <summary>From now on the events of everything that the caller may see come: <c>{"watching":true,"cursor":"…"}</c>. Each event has a cursor
    /// too.</summary>
    public RawJson WatchMine()
    {
        if (quota.Take(Caller.Person) is { } refusal) return Problem(refusal);
        if (!feed.IsOpen) return Problem(NotOpen);
        return Watching(cursor: feed.ListenToAll(Session.Listener));
    }

    /// <summary>
    /// As <see cref="WatchMine"/>, for a client that was there before, at any gateway: what came after its cursor comes first. Where that is not
    /// known any more, <c>Reload</c> is told, and the feed continues.
    /// </summary>
    public async Task<RawJson> ResumeMine(string? cursor)
    {
        if (quota.Take(Caller.Person) is { } refusal) return Problem(refusal);
        if (!feed.IsOpen) return Problem(NotOpen);
        if (!FeedCursor.TryParse(cursor ?? "", out var after)) return Problem(Refusal.Field("cursor", "must be the cursor of an event, or of WatchMine"));

        var aborted = Context.ConnectionAborted;
        await Session.Telling.WaitAsync(aborted);
        try
        {
            var (now, isComplete) = await catchUp.BringUpToDateAsync(
                Session.Listener,
                after,
                async missed =>
                {
                    foreach (var (told, role) in missed) await LiveEvents.TellAsync(Clients.Caller, told, role, Caller.Person, aborted);
                },
                aborted);
            if (!isComplete) await LiveEvents.TellReloadAsync(Clients.Caller, aborted);
            return Watching(cursor: now);
        }
        finally
        {
            Session.Telling.Release();
        }
    }

    private async Task<RawJson> WatchAsync(string? job, int? after)
    {
        if (quota.Take(Caller.Person) is { } refusal) return Problem(refusal, job);
        job = JobRequestId.Read(job);
        if (job is null) return Problem(new Refusal(ProblemTypes.JobRequestNotFound));
        if (!feed.IsOpen) return Problem(NotOpen, job);
        if (Session.Listener.Jobs is { Count: >= LiveSession.MaxJobs })
            return Problem(Refusal.Field("job", $"one connection watches at most {LiveSession.MaxJobs} jobs"), job);

        await Session.Telling.WaitAsync(Context.ConnectionAborted);
        var startedAt = time.GetTimestamp();
        try
        {
            // Listening first: an event between the look and the listening would be missed.
            feed.ListenTo(Session.Listener, job);
            var version = after is { } last ? await TellMissedAsync(job, last) : (await InTimeAsync(jobs.ReadAsync(job, Caller)))?.Version;
            if (version >= (after ?? 0))
            {
                Session.Told[job] = version.Value;
                return Watching(version);
            }

            if (version is null) await NotFoundTime.WaitAsync(time, startedAt, Context.ConnectionAborted);
            refusal = version is null ? new Refusal(ProblemTypes.JobRequestNotFound) : Refusal.Field("version", "is one that the job has not reached");
        }
        catch (Exception) when (!Context.ConnectionAborted.IsCancellationRequested)
        {
            refusal = NotOpen;
        }
        finally
        {
            Session.Telling.Release();
        }

        feed.Ignore(Session.Listener, job);
        return Problem(refusal, job);
    }

    private async Task<int?> TellMissedAsync(string job, int last)
    {
        if (await InTimeAsync(jobs.ReadHistoryAsync(job, Caller)) is not { } history) return null;
        foreach (var missed in history.Events.Where(each => each.Version > last))
        {
            // The oldest events of a job with very many are not kept one by one.
            if (missed.Version > last + 1) await LiveEvents.TellReloadAsync(Clients.Caller, Context.ConnectionAborted);
            last = missed.Version;
            await LiveEvents.TellAsync(Clients.Caller, missed, Context.ConnectionAborted);
        }

        return history.Version;
    }

    private Task<T> InTimeAsync<T>(Task<T> question) => question.WaitAsync(gateway.Value.ReadTimeout, time, Context.ConnectionAborted);

    private static Refusal NotOpen => new(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered());

    private static RawJson Watching(int? version = null, string? cursor = null) =>
        RawJson.From(new WatchingBody(true, version, cursor), GatewayJson.Wire.WatchingBody);

    private RawJson Problem(Refusal refusal, string? job = null, bool isCommand = false)
    {
        var problem = ProblemWriter.BodyOf(refusal, LiveApi.Route, job, Activity.Current?.TraceId.ToHexString() ?? Context.ConnectionId, isCommand);
        log.Answered(Caller.Person, Context.GetHttpContext()?.Connection.RemoteIpAddress, LiveApi.Method, LiveApi.Route, problem);
        return RawJson.From(problem, GatewayJson.Wire.ProblemBody);
    }
}
