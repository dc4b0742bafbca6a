using System.Text.Json.Nodes;
using JobRequests.Testing.Stub;
using Microsoft.AspNetCore.Http;

namespace JobRequests.Cli.Tests;

/// <summary>Just enough of a service to race on: creates, accepts with a ledger of keys, reads. It can be told to lie.</summary>
internal sealed class RacingService
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Race> _jobs = [];

    /// <summary>Tells everybody that they won.</summary>
    public bool LetsEverybodyWin { get; init; }

    /// <summary>Forgets the keys: a repeat is decided again.</summary>
    public bool ForgetsKeys { get; init; }

    public async Task AnswerAsync(HttpContext context)
    {
        var caller = context.Request.Headers.Authorization.ToString()["Bearer dev-".Length..];
        var parts = context.Request.Path.ToString().Split('/');
        RequestDelegate answer;
        lock (_gate)
        {
            answer = (context.Request.Method, parts) switch
            {
                ("GET", [.., var job]) => Answer.Json(200, Body(job)["job"]!.DeepClone().AsObject()),
                (_, [.., var job, "accept"]) => Accept(job, caller, context.Request.Headers["Idempotency-Key"].ToString()),
                _ => Create(),
            };
        }

        await answer(context);
    }

    private RequestDelegate Create()
    {
        var job = $"job-{_jobs.Count + 1}";
        _jobs[job] = new Race();
        return Answer.Json(201, Body(job));
    }

    private RequestDelegate Accept(string job, string caller, string key)
    {
        var race = _jobs[job];
        if (!ForgetsKeys && race.Ledger.TryGetValue((caller, key), out var won))
            return won ? Answer.Success(replayed: true, job: job) : Answer.Fail();
        won = race.Winner is null || LetsEverybodyWin;
        if (won)
            race.Winner = caller;
        race.Ledger[(caller, key)] = won;
        return won ? Answer.Success(job: job) : Answer.Fail();
    }

    private JsonObject Body(string job)
    {
        var winner = _jobs[job].Winner;
        var body = Answer.SuccessBody(version: winner is null ? 1 : 2, job: job);
        body["job"]!["acceptedBy"] = winner;
        return body;
    }

    private sealed class Race
    {
        public string? Winner { get; set; }

        public Dictionary<(string, string), bool> Ledger { get; } = [];
    }
}
