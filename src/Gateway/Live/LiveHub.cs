using System.Diagnostics;
using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Gateway.Events;
using JobRequests.Gateway.Identity;
using JobRequests.Gateway.JobRequests;
using JobRequests.Gateway.Json;
using JobRequests.Gateway.Limits;
using JobRequests.Gateway.Problems;
using JobRequests.Gateway.Requests;
using JobRequests.Grains.Abstractions;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Live;

/// <summary>
/// The asynchronous way in. Clients are told <c>Outcome(key, answer)</c>, <c>Event(event)</c> and <c>Reload()</c>; each call returns what it says
/// here or a problem, in the form of HTTP's.
/// </summary>
internal sealed class LiveHub(
    LiveCommands commands, LiveEvents events, LiveConnections connections, CallerQuota quota, JobEventFeed feed, IJobRequests jobs, IOptions<GatewayOptions> gateway, TimeProvider time)
    : Hub
{
    private static readonly RawJson Accepted = RawJson.From(new AcceptedBody(true), GatewayJson.Wire.AcceptedBody);
    private static readonly RawJson Watching = RawJson.From(new WatchingBody(true), GatewayJson.Wire.WatchingBody);

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

    /// <summary>Takes a command: <c>{"accepted":true}</c>, or a problem; what became of it comes as <c>Outcome</c>. The same key gets the same outcome.</summary>
    public async Task<RawJson> Send(string? operation, string? job, string? key, JsonElement body)
    {
        var refusal = quota.Take(Caller.Person);
        return (refusal ?? await commands.BeginAsync(Session, Caller, Context.ConnectionId, operation, job, key, body, Context.ConnectionAborted)) is { } refused
            ? Problem(refused, job, isCommand: true)
            : Accepted;
    }

    /// <summary>From now on the job's events come: <c>{"watching":true,"version":7}</c>, and the first one that comes is a later version.</summary>
    public async Task<RawJson> Watch(string? job)
    {
        if (quota.Take(Caller.Person) is { } refusal) return Problem(refusal, job);
        if (job is null || !JobRequestId.IsWellFormed(job)) return Problem(new Refusal(ProblemTypes.JobRequestNotFound));
        if (!feed.IsOpen) return Problem(new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered()), job);
        if (Session.Listener.Jobs is { Count: >= LiveSession.MaxJobs }) return Problem(Refusal.Field("job", $"one connection watches at most {LiveSession.MaxJobs} jobs"), job);

        // Listening first: an event between the look and the listening would be missed.
        feed.ListenTo(Session.Listener, job);
        try
        {
            if (await jobs.ReadAsync(job, Caller).WaitAsync(gateway.Value.ReadTimeout, time, Context.ConnectionAborted) is { } read)
                return RawJson.From(new WatchingBody(true, read.Version), GatewayJson.Wire.WatchingBody);
            refusal = new Refusal(ProblemTypes.JobRequestNotFound);
        }
        catch (Exception) when (!Context.ConnectionAborted.IsCancellationRequested)
        {
            refusal = new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered());
        }

        feed.Ignore(Session.Listener, job);
        return Problem(refusal, job);
    }

    public Task Unwatch(string? job)
    {
        if (job is not null) feed.Ignore(Session.Listener, job);
        return Task.CompletedTask;
    }

    /// <summary>From now on the events of everything that the caller may see come.</summary>
    public RawJson WatchMine()
    {
        if (quota.Take(Caller.Person) is { } refusal) return Problem(refusal);
        if (!feed.IsOpen) return Problem(new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered()));
        feed.ListenToAll(Session.Listener);
        return Watching;
    }

    private RawJson Problem(Refusal refusal, string? job = null, bool isCommand = false) =>
        RawJson.From(ProblemWriter.BodyOf(refusal, LiveApi.Route, job, Activity.Current?.TraceId.ToHexString() ?? Context.ConnectionId, isCommand), GatewayJson.Wire.ProblemBody);
}
