using System.Collections.Immutable;

namespace JobRequests.Grains.Abstractions;

/// <summary>Who acts or looks: the subject of the bearer token and whether it has the admin role.</summary>
[GenerateSerializer, Immutable, Alias("jobs.caller")]
public readonly record struct Caller([property: Id(0)] string Person, [property: Id(1)] bool IsAdmin);

/// <summary>
/// One command on its way to its job. (caller, operation, job, key) names the request: it is executed at most once, and each
/// later delivery of it gets the first outcome.
/// </summary>
/// <param name="JobRequestId">The job; for a create the id derived from (caller, key).</param>
/// <param name="Caller">Who acts.</param>
/// <param name="Key">The idempotency key, 1–64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Fingerprint">SHA-256 of everything that makes this request this request, base64url.</param>
/// <param name="ReceivedAt">When the gateway received this attempt; tells the attempt that was decided from its repeats.</param>
/// <param name="NotAfter">A grain that meets the command later records FAIL <c>DEADLINE_PASSED</c> instead of deciding it.</param>
/// <param name="IfMatch">The version the job must be at, or null.</param>
/// <param name="Command">What is wanted.</param>
/// <param name="TraceParent">W3C trace context of the gateway's span, or null.</param>
/// <param name="Position">Where the command stands in its log; null where there is none.</param>
/// <param name="WrittenAt">When it was written there, by its producer's clock.</param>
/// <param name="ReadAt">When a silo read it there.</param>
/// <param name="SignedBy">The key id of the program that wrote it there by itself; null where a gateway did.</param>
[GenerateSerializer, Immutable, Alias("jobs.command-envelope")]
public sealed record CommandEnvelope(
    [property: Id(0)] string JobRequestId,
    [property: Id(1)] Caller Caller,
    [property: Id(2)] string Key,
    [property: Id(3)] string Fingerprint,
    [property: Id(4)] DateTimeOffset ReceivedAt,
    [property: Id(5)] DateTimeOffset NotAfter,
    [property: Id(6)] int? IfMatch,
    [property: Id(7)] JobCommand Command,
    [property: Id(8)] string? TraceParent,
    [property: Id(9)] LogPosition? Position = null,
    [property: Id(10)] DateTimeOffset? WrittenAt = null,
    [property: Id(11)] DateTimeOffset? ReadAt = null,
    [property: Id(12)] string? SignedBy = null);

/// <summary>A record's place in a log that is split into partitions.</summary>
[GenerateSerializer, Immutable, Alias("jobs.log-position")]
public readonly record struct LogPosition([property: Id(0)] int Partition, [property: Id(1)] long Offset);

/// <summary>What is wanted of a job.</summary>
[GenerateSerializer, Immutable, Alias("jobs.command")]
public abstract record JobCommand
{
    private JobCommand()
    {
    }

    /// <summary>The operation's name in routes, keys and ledgers; one of <see cref="Operations"/>.</summary>
    public abstract string Operation { get; }

    [GenerateSerializer, Immutable, Alias("jobs.create")]
    public sealed record Create(
        [property: Id(0)] ImmutableArray<string> Candidates,
        [property: Id(1)] ImmutableArray<TaskSnapshot> Tasks,
        [property: Id(2)] string? Title,
        [property: Id(3)] DateTimeOffset? ExpiresAt) : JobCommand
    {
        public override string Operation => Operations.Create;
    }

    [GenerateSerializer, Immutable, Alias("jobs.accept")]
    public sealed record Accept : JobCommand
    {
        public override string Operation => Operations.Accept;
    }

    [GenerateSerializer, Immutable, Alias("jobs.decline")]
    public sealed record Decline([property: Id(0)] string? Reason) : JobCommand
    {
        public override string Operation => Operations.Decline;
    }

    [GenerateSerializer, Immutable, Alias("jobs.withdraw")]
    public sealed record Withdraw : JobCommand
    {
        public override string Operation => Operations.Withdraw;
    }

    [GenerateSerializer, Immutable, Alias("jobs.cancel")]
    public sealed record Cancel : JobCommand
    {
        public override string Operation => Operations.Cancel;
    }

    [GenerateSerializer, Immutable, Alias("jobs.start")]
    public sealed record Start : JobCommand
    {
        public override string Operation => Operations.Start;
    }

    [GenerateSerializer, Immutable, Alias("jobs.finish-task")]
    public sealed record FinishTask([property: Id(0)] string TaskId) : JobCommand
    {
        public override string Operation => Operations.FinishTask;
    }

    [GenerateSerializer, Immutable, Alias("jobs.finish")]
    public sealed record Finish : JobCommand
    {
        public override string Operation => Operations.Finish;
    }
}

/// <summary>Names of the operations, as in the status route's <c>op</c> and the ledger.</summary>
public static class Operations
{
    public const string Create = "create";
    public const string Accept = "accept";
    public const string Decline = "decline";
    public const string Withdraw = "withdraw";
    public const string Cancel = "cancel";
    public const string Start = "start";
    public const string FinishTask = "finish-task";
    public const string Finish = "finish";

    public static readonly ImmutableArray<string> All = [Create, Accept, Decline, Withdraw, Cancel, Start, FinishTask, Finish];
}
