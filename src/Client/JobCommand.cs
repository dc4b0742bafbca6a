using System.Text.Json;
using System.Text.Json.Nodes;
using JobRequests.Client.Wire;

namespace JobRequests.Client;

/// <summary>What a caller wants done. The actor is the person in the access token, never a part of the command.</summary>
public sealed record JobCommand
{
    private JobCommand(string operation, string? job, string? task = null, string payload = "{}")
    {
        if (operation != Client.Operation.Create)
            ArgumentException.ThrowIfNullOrWhiteSpace(job);
        (Operation, Job, TaskId, Payload) = (operation, job, task, payload);
    }

    /// <summary>One of <see cref="Client.Operation"/>.</summary>
    public string Operation { get; }

    /// <summary>The job's id; null for a create.</summary>
    public string? Job { get; }

    public string? TaskId { get; }

    /// <summary>The JSON body, sent byte for byte again by every retry.</summary>
    public string Payload { get; }

    public static JobCommand Create(NewJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new(Client.Operation.Create, null, payload: PayloadOf(job));
    }

    internal static string PayloadOf(NewJob job) =>
        JsonSerializer.Serialize(job.Previous is null ? job with { Tasks = job.Tasks ?? [] } : job, WireJson.Default.NewJob);

    /// <param name="job">The job's id.</param>
    /// <param name="orStandby">Whether to wait in line where somebody else has it.</param>
    public static JobCommand Accept(string job, bool orStandby = false) =>
        new(Client.Operation.Accept, job, payload: orStandby ? """{"ifTaken":"standby"}""" : "{}");

    public static JobCommand Confirm(string job) => new(Client.Operation.Confirm, job);

    public static JobCommand Decline(string job, string? reason = null) => WithReason(Client.Operation.Decline, job, reason);

    public static JobCommand Withdraw(string job) => new(Client.Operation.Withdraw, job);

    public static JobCommand Cancel(string job, string? reason = null) => WithReason(Client.Operation.Cancel, job, reason);

    public static JobCommand Amend(string job, JobChanges changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var payload = JsonSerializer.SerializeToNode(changes, WireJson.Default.JobChanges)!.AsObject();
        foreach (var member in changes.Remove) payload[member] = null;
        return new(Client.Operation.Amend, job, payload: payload.ToJsonString());
    }

    public static JobCommand Assign(string job, string candidate)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(candidate);
        return new(Client.Operation.Assign, job, payload: new JsonObject { ["candidate"] = candidate }.ToJsonString());
    }

    public static JobCommand Release(string job, string? reason = null) => WithReason(Client.Operation.Release, job, reason);

    public static JobCommand Start(string job) => new(Client.Operation.Start, job);

    public static JobCommand FinishTask(string job, string task)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(task);
        return new(Client.Operation.FinishTask, job, task);
    }

    public static JobCommand Finish(string job) => new(Client.Operation.Finish, job);

    private static JobCommand WithReason(string operation, string job, string? reason) =>
        new(operation, job, payload: reason is null ? "{}" : new JsonObject { ["reason"] = reason }.ToJsonString());
}

/// <summary>The operations of the API; a key belongs to one caller, one operation and one job.</summary>
public static class Operation
{
    public const string Create = "create";
    public const string Accept = "accept";
    public const string Confirm = "confirm";
    public const string Decline = "decline";
    public const string Withdraw = "withdraw";
    public const string Cancel = "cancel";
    public const string Amend = "amend";
    public const string Assign = "assign";
    public const string Release = "release";
    public const string Start = "start";
    public const string FinishTask = "finish-task";
    public const string Finish = "finish";

    public static IReadOnlyList<string> All { get; } =
        [Create, Accept, Confirm, Decline, Withdraw, Cancel, Amend, Assign, Release, Start, FinishTask, Finish];

    /// <summary>The route that executes an operation, relative to the service's address.</summary>
    internal static string Route(string operation, string? job, string? task)
    {
        var jobRoute = $"v1/job-requests/{Uri.EscapeDataString(job ?? "")}";
        return operation switch
        {
            Create => "v1/job-requests",
            FinishTask => $"{jobRoute}/tasks/{Uri.EscapeDataString(task ?? "")}/finish",
            _ when All.Contains(operation) => $"{jobRoute}/{operation}",
            _ => throw new ArgumentException($"'{operation}' is no operation; one of {string.Join(", ", All)} was expected.", nameof(operation)),
        };
    }
}
