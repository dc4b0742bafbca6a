using System.Text.Json.Serialization;

namespace JobRequests.Grains.Abstractions;

/// <summary>What a job's grain says to one request.</summary>
[GenerateSerializer, Immutable, Alias("jobs.reply")]
public abstract record JobRequestReply
{
    private JobRequestReply()
    {
    }

    /// <summary>SUCCESS, durable. <paramref name="Job"/> is the job at <paramref name="Version"/> as the caller may see it; null where its events were
    /// compacted. <paramref name="Rank"/> is the place in the line, where an accept has that instead of the job.</summary>
    [GenerateSerializer, Immutable, Alias("jobs.reply.succeeded")]
    public sealed record Succeeded(
        [property: Id(0)] int Version,
        [property: Id(1)] JobSnapshot? Job,
        [property: Id(2)] bool Replayed,
        [property: Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Rank = null) : JobRequestReply;

    /// <summary>
    /// FAIL: the rules say no. It did not happen and will not happen under this key. <paramref name="Version"/> is the version
    /// it was decided at; <paramref name="Expected"/> is the version that <c>If-Match</c> asked for.
    /// </summary>
    [GenerateSerializer, Immutable, Alias("jobs.reply.rejected")]
    public sealed record Rejected(
        [property: Id(0)] string Code,
        [property: Id(1)] int Version,
        [property: Id(2)] bool Replayed,
        [property: Id(3)] int? Expected) : JobRequestReply;

    /// <summary>No such job, or the caller is not among those who may know of it. Nothing is recorded.</summary>
    [GenerateSerializer, Immutable, Alias("jobs.reply.not-found")]
    public sealed record NotFound : JobRequestReply;

    /// <summary>The key belongs to another payload. <paramref name="Recorded"/>: that payload's outcome is in the ledger, so this one will never be
    /// decided.</summary>
    [GenerateSerializer, Immutable, Alias("jobs.reply.key-reused")]
    public sealed record KeyReused([property: Id(0)] bool Recorded) : JobRequestReply;

    /// <summary>Too many refused attempts are remembered on this job already. Nothing is recorded.</summary>
    [GenerateSerializer, Immutable, Alias("jobs.reply.too-many-attempts")]
    public sealed record TooManyAttempts : JobRequestReply;

    /// <summary>No decision yet: the wait is over, the outcome is open.</summary>
    [GenerateSerializer, Immutable, Alias("jobs.reply.pending")]
    public sealed record Pending : JobRequestReply;
}
