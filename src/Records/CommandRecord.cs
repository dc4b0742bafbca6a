using System.Collections.Immutable;
using System.Text.Json.Serialization;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Records;

/// <summary>The value of a record of <c>requests</c>, as JSON: one command.</summary>
internal sealed record CommandRecord
{
    /// <summary>The record's type, in its header and under its signature.</summary>
    public const string TypeName = "jobrequests.command.v1";

    public required string Job { get; init; }

    public required string Caller { get; init; }

    public bool Admin { get; init; }

    public required string Operation { get; init; }

    public required string Key { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public int? IfMatch { get; init; }

    /// <summary>Absent from a producer that leaves it to the reader, which computes the same.</summary>
    public string? Fingerprint { get; init; }

    public CommandRecordBody? Body { get; init; }

    public static CommandRecord From(CommandEnvelope envelope) => new()
    {
        Job = envelope.JobRequestId,
        Caller = envelope.Caller.Person,
        Admin = envelope.Caller.IsAdmin,
        Operation = envelope.Command.Operation,
        Key = envelope.Key,
        ReceivedAt = envelope.ReceivedAt,
        NotAfter = envelope.NotAfter,
        IfMatch = envelope.IfMatch,
        Fingerprint = envelope.Fingerprint,
        Body = envelope.Command switch
        {
            JobCommand.Create c => new CommandRecordBody
            {
                Candidates = c.Candidates,
                Tasks = [.. c.Tasks.Select(task => new CommandRecordTask(task.Id, task.Name))],
                Title = c.Title,
                ExpiresAt = c.ExpiresAt,
            },
            JobCommand.Decline { Reason: { } reason } => new CommandRecordBody { Reason = reason },
            JobCommand.FinishTask c => new CommandRecordBody { Task = c.TaskId },
            _ => null,
        },
    };

    /// <summary>The command, or null for an operation that this version does not know.</summary>
    public JobCommand? ToCommand() => Operation switch
    {
        Operations.Create => new JobCommand.Create(
            Body?.Candidates ?? [], [.. (Body?.Tasks ?? []).Select(task => new TaskSnapshot(task?.Id ?? "", task?.Name ?? "", Done: false))], Body?.Title, Body?.ExpiresAt),
        Operations.Accept => new JobCommand.Accept(),
        Operations.Decline => new JobCommand.Decline(Body?.Reason),
        Operations.Withdraw => new JobCommand.Withdraw(),
        Operations.Cancel => new JobCommand.Cancel(),
        Operations.Start => new JobCommand.Start(),
        Operations.FinishTask => new JobCommand.FinishTask(Body?.Task ?? ""),
        Operations.Finish => new JobCommand.Finish(),
        _ => null,
    };
}

/// <summary>What a command says beyond its operation; members that do not apply are absent.</summary>
internal sealed record CommandRecordBody
{
    public ImmutableArray<string>? Candidates { get; init; }

    public ImmutableArray<CommandRecordTask?>? Tasks { get; init; }

    public string? Title { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Reason { get; init; }

    public string? Task { get; init; }
}

internal sealed record CommandRecordTask(string Id, string Name);

/// <summary>
/// How records are written as JSON. What this version does not know is refused: a member that is left out could be the one that
/// matters. Silos are upgraded before those who write.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(CommandRecord))]
internal sealed partial class CommandRecordJson : JsonSerializerContext;
