using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Serialization;

namespace JobRequests.Domain;

/// <summary>
/// What somebody wants of a job; who, and when, is told beside it. The same value is decided on, travels to the grain, is the JSON in a record of the
/// log, and goes into the fingerprint: a member that is added here is in all of them.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "operation")]
[JsonDerivedType(typeof(Create), Operations.Create)]
[JsonDerivedType(typeof(Accept), Operations.Accept)]
[JsonDerivedType(typeof(Confirm), Operations.Confirm)]
[JsonDerivedType(typeof(Decline), Operations.Decline)]
[JsonDerivedType(typeof(Withdraw), Operations.Withdraw)]
[JsonDerivedType(typeof(Cancel), Operations.Cancel)]
[JsonDerivedType(typeof(Amend), Operations.Amend)]
[JsonDerivedType(typeof(Assign), Operations.Assign)]
[JsonDerivedType(typeof(Release), Operations.Release)]
[JsonDerivedType(typeof(Start), Operations.Start)]
[JsonDerivedType(typeof(FinishTask), Operations.FinishTask)]
[JsonDerivedType(typeof(Finish), Operations.Finish)]
public abstract record JobRequestCommand
{
    private JobRequestCommand()
    {
    }

    /// <summary>The operation's name in routes, keys and ledgers; one of <see cref="Operations"/>.</summary>
    [JsonIgnore]
    public string Operation => Operations.NameOf(this);

    /// <summary>Whether everything is there that the command cannot be decided without.</summary>
    [JsonIgnore]
    public virtual bool IsComplete => true;

    public sealed record Create(
        ImmutableArray<string> Candidates,
        ImmutableArray<JobTask> Tasks,
        string? Title = null,
        DateTimeOffset? ExpiresAt = null,
        JobDetails? Details = null,
        ImmutableArray<Wave>? Waves = null,
        int? ConfirmSeconds = null) : JobRequestCommand
    {
        [JsonIgnore]
        public override bool IsComplete => !Candidates.IsDefault && !Tasks.IsDefault
            && Candidates.All(candidate => candidate is not null) && Tasks.All(task => task is { Id: not null, Name: not null })
            && Waves?.All(wave => wave is not null) != false && HasNoNull(Details);
    }

    /// <param name="Standby">Whether to wait for the job where somebody else has it.</param>
    public sealed record Accept([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Standby = false) : JobRequestCommand;

    public sealed record Confirm : JobRequestCommand;

    public sealed record Decline(string? Reason = null) : JobRequestCommand;

    public sealed record Withdraw : JobRequestCommand;

    public sealed record Cancel(string? Reason = null) : JobRequestCommand;

    /// <summary>Changes what is given, adds people, and removes what <paramref name="Removed"/> names, of <see cref="JobMembers"/>.</summary>
    public sealed record Amend(
        string? Title = null,
        DateTimeOffset? ExpiresAt = null,
        JobDetails? Details = null,
        ImmutableArray<string>? AddCandidates = null,
        ImmutableArray<string>? Removed = null) : JobRequestCommand
    {
        [JsonIgnore]
        public override bool IsComplete =>
            AddCandidates?.All(candidate => candidate is not null) != false && Removed?.All(member => member is not null) != false && HasNoNull(Details);

        public bool Removes(string member) => Removed?.Contains(member) == true;
    }

    public sealed record Assign(string Candidate) : JobRequestCommand
    {
        [JsonIgnore]
        public override bool IsComplete => Candidate is not null;
    }

    public sealed record Release(string? Reason = null) : JobRequestCommand;

    public sealed record Start : JobRequestCommand;

    public sealed record FinishTask(string Task) : JobRequestCommand
    {
        [JsonIgnore]
        public override bool IsComplete => Task is not null;
    }

    public sealed record Finish : JobRequestCommand;

    private static bool HasNoNull(JobDetails? details) => details?.Metadata?.Values.All(value => value is not null) != false;
}

/// <summary>The names of the commands, as in routes, keys, ledgers and records.</summary>
public static class Operations
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

    private static readonly ImmutableArray<JsonDerivedTypeAttribute> Table = [.. typeof(JobRequestCommand).GetCustomAttributes<JsonDerivedTypeAttribute>()];
    private static readonly FrozenDictionary<Type, string> Names = Table.ToFrozenDictionary(row => row.DerivedType, row => (string)row.TypeDiscriminator!);

    public static readonly ImmutableArray<string> All = [.. Table.Select(row => (string)row.TypeDiscriminator!)];

    internal static string NameOf(JobRequestCommand command) => Names[command.GetType()];
}
