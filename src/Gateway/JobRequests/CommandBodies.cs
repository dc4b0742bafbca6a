using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Validation;

namespace JobRequests.Gateway.JobRequests;

/// <summary>What every command's body may hold.</summary>
public abstract record CommandBody
{
    /// <summary>The idempotency key, for clients that cannot set a header; has to agree with <c>Idempotency-Key</c> where both are sent.</summary>
    public string? RequestId { get; init; }
}

/// <summary>Body of the commands that need nothing more than the address.</summary>
public sealed record StepBody : CommandBody;

[ValidatableType]
public sealed record ReasonBody : CommandBody
{
    /// <summary>Why; at most 200 characters, shown to the requester, and to the person it is about.</summary>
    [ReadableText]
    public string? Reason { get; init; }
}

[ValidatableType]
public sealed record AssignJobRequest : CommandBody, IValidatableObject
{
    /// <summary>Who gets the job; need not have been asked before.</summary>
    [Required(ErrorMessage = "is required")]
    public string? Candidate { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        WellFormed.Person(Candidate) ? [] : [new ValidationResult(CreateJobRequestRules.PersonForm, ["candidate"])];
}

/// <summary>What an accept may add to its address.</summary>
[ValidatableType]
public sealed record AcceptJobRequest : CommandBody
{
    internal const string Standby = "standby";

    /// <summary><c>standby</c>: where somebody else has the job, wait for it in line. Left out: fail.</summary>
    [AllowedValues(null, Standby, ErrorMessage = "must be standby, or be left out")]
    public string? IfTaken { get; init; }
}

/// <summary>What people and programs read of a job; all of it can be left out.</summary>
public abstract record JobContentBody : CommandBody
{
    private List<string>? _nulls;

    /// <summary>What people read; at most 200 characters.</summary>
    [ReadableText]
    public string? Title { get; set => field = Given(value, JobMembers.Title); }

    /// <summary>From when on nobody can accept the job any more.</summary>
    public DateTimeOffset? ExpiresAt { get; set => field = Given(value, JobMembers.ExpiresAt); }

    /// <summary>What it is about; at most 4,000 characters, in lines.</summary>
    [ReadableText(WellFormed.MaxLongText)]
    public string? Description { get; set => field = Given(value, JobMembers.Description); }

    /// <summary>Where it is done.</summary>
    public PlaceBody? Place { get; set => field = Given(value, JobMembers.Place); }

    /// <summary>When it begins.</summary>
    public DateTimeOffset? StartsAt { get; set => field = Given(value, JobMembers.StartsAt); }

    /// <summary>When it ends, after <c>startsAt</c>.</summary>
    public DateTimeOffset? EndsAt { get; set => field = Given(value, JobMembers.EndsAt); }

    /// <summary>For the one who does it; at most 4,000 characters. Only the requester, administrators and the current winner see them.</summary>
    [ReadableText(WellFormed.MaxLongText)]
    public string? Instructions { get; set => field = Given(value, JobMembers.Instructions); }

    /// <summary>What programs keep with the job: at most 20 texts of at most 500 characters, by keys of 1–40 of <c>[A-Za-z0-9_.-]</c>.</summary>
    public IReadOnlyDictionary<string, string?>? Metadata { get; set => field = Given(value is { Count: 0 } ? null : value, JobMembers.Metadata); }

    /// <summary>The members that the body has as null; null for none.</summary>
    private protected IReadOnlyList<string>? Nulls => _nulls;

    internal JobDetails? ToDetails() => new JobDetails
    {
        Description = Description,
        Place = Place is null ? null : new Domain.Place(Place.Text, Place.Latitude, Place.Longitude),
        StartsAt = StartsAt,
        EndsAt = EndsAt,
        Instructions = Instructions,
        Metadata = Metadata?.ToImmutableSortedDictionary(static pair => pair.Key, static pair => pair.Value ?? ""),
    }.OrNull();

    private protected IEnumerable<ValidationResult> CheckDetails()
    {
        foreach (var (member, problem) in WellFormed.WhatIsWrongWithDetails(ToDetails() ?? new JobDetails())) yield return new(problem, [member]);
        if (Place?.Text is { } text && WellFormed.WhatIsWrongWithText(text) is { } wrong) yield return new(wrong, ["place.text"]);
        foreach (var (key, value) in Metadata ?? ImmutableDictionary<string, string?>.Empty)
            if (value is null) yield return new("must not be null", [$"metadata.{key}"]);
    }

    // A reader of JSON sets no member that is not there.
    private T? Given<T>(T? value, string member)
    {
        if (value is null) (_nulls ??= []).Add(member);
        return value;
    }
}

public sealed record PlaceBody
{
    /// <summary>What people read; at most 200 characters.</summary>
    public string? Text { get; init; }

    /// <summary>Degrees, -90 to 90; with <c>longitude</c>.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees, -180 to 180; with <c>latitude</c>.</summary>
    public double? Longitude { get; init; }
}

/// <summary>A new job request and who may take it.</summary>
[ValidatableType]
public sealed record CreateJobRequest : JobContentBody, IValidatableObject
{
    /// <summary>
    /// A closed job of the caller's, which this one repeats: of that job it has the candidates, the tasks, none of them done, the title, and the
    /// details but for the times, where this body does not name its own.
    /// </summary>
    public string? Previous { get; init; }

    /// <summary>Who may answer: 1 to 1,000 names, each once. Required without <c>previous</c>.</summary>
    [Length(1, WellFormed.MaxCandidates, ErrorMessage = "must have 1 to 1000 entries")]
    public IReadOnlyList<string?>? Candidates { get; init; }

    /// <summary>What is to be done, in this order; at most 200, each id once. Required without <c>previous</c>.</summary>
    [MaxLength(WellFormed.MaxTasks, ErrorMessage = "must have at most 200 entries")]
    public IReadOnlyList<TaskBody?>? Tasks { get; init; }

    /// <summary>Who is asked when: so many of the candidates, in their order, then so many more; after the last wave everybody else. At most 20.</summary>
    [Length(1, WellFormed.MaxWaves, ErrorMessage = "must have 1 to 20 entries, or be left out")]
    public IReadOnlyList<WaveBody?>? Waves { get; init; }

    /// <summary>How long a winner has to confirm, 10 to 86,400 seconds; left out, no confirmation is asked for.</summary>
    [Range(WellFormed.MinConfirmSeconds, WellFormed.MaxSeconds, ErrorMessage = "must be from 10 to 86400")]
    public int? ConfirmSeconds { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        const string IsRequired = "is required without previous";
        if (Previous is not null && JobRequestId.Read(Previous) is null) yield return new("must be the id of a job", ["previous"]);
        if (Previous is null && Candidates is null) yield return new(IsRequired, ["candidates"]);
        if (Previous is null && Tasks is null) yield return new(IsRequired, ["tasks"]);
        if (Waves?.Contains(null) == true) yield return new("must not have null entries", ["waves"]);
        foreach (var wrong in CreateJobRequestRules.Check(Candidates ?? [], Tasks ?? []).Concat(CheckDetails())) yield return wrong;
    }

    /// <summary>With <see cref="Previous"/> it is complete only when what was left out is copied, see <see cref="PreviousJob"/>.</summary>
    internal JobRequestCommand ToCommand() => new JobRequestCommand.Create(
        Candidates is null ? default : [.. Candidates.Select(candidate => candidate!)],
        Tasks is null ? default : [.. Tasks.Select(task => new JobTask(task!.Id!, task.Name!))],
        Title,
        ExpiresAt,
        Previous is null ? ToDetails() : (ToDetails() ?? new JobDetails()) with { Previous = JobRequestId.Read(Previous) },
        Waves is null ? null : [.. Waves.Select(wave => wave!.ToWave())],
        ConfirmSeconds);
}

/// <summary>What changes in a job. What is left out stays as it is; what is null is removed.</summary>
[ValidatableType]
public sealed record AmendJobRequest : JobContentBody, IValidatableObject
{
    /// <summary>Who may answer too. They are asked at once, or after those who wait for a wave. Whoever is a candidate already stays one.</summary>
    [Length(1, WellFormed.MaxCandidates, ErrorMessage = "must have 1 to 1000 entries")]
    public IReadOnlyList<string?>? AddCandidates { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        this is { Title: null, ExpiresAt: null, AddCandidates: null, Nulls: null } && ToDetails() is null
            ? [new ValidationResult("has nothing that changes the job", [""])]
            : [.. CreateJobRequestRules.CheckPeople("addCandidates", AddCandidates ?? []), .. CheckDetails()];

    internal JobRequestCommand ToCommand() => new JobRequestCommand.Amend(
        Title, ExpiresAt, ToDetails(), AddCandidates is null
            ? null
            : [.. AddCandidates.Select(candidate => candidate!)], Nulls is null
            ? null
            : [.. JobMembers.All.Where(Nulls.Contains)]);
}

public sealed record WaveBody
{
    /// <summary>How many people are asked together; from 1.</summary>
    [Required(ErrorMessage = "is required")]
    [Range(1, WellFormed.MaxCandidates, ErrorMessage = "must be from 1 to 1000")]
    public int? Size { get; init; }

    /// <summary>How long they have before the next ones are asked too; 5 to 86,400.</summary>
    [Required(ErrorMessage = "is required")]
    [Range(WellFormed.MinWaveSeconds, WellFormed.MaxSeconds, ErrorMessage = "must be from 5 to 86400")]
    public int? Seconds { get; init; }

    internal Wave ToWave() => new(Size!.Value, Seconds!.Value);
}

public sealed record TaskBody
{
    /// <summary>1–64 of <c>[A-Za-z0-9_.-]</c>.</summary>
    [Required(ErrorMessage = "is required")]
    public string? Id { get; init; }

    /// <summary>What people read; 1–200 characters.</summary>
    [Required(ErrorMessage = "is required")]
    public string? Name { get; init; }

    /// <summary>A new job's tasks are not done: false, or left out.</summary>
    public bool Done { get; init; }
}

/// <summary>A text that people read: at most so many characters, none of them a control character, valid Unicode.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ReadableTextAttribute(int most = WellFormed.MaxText) : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && WellFormed.WhatIsWrongWithText(text, most) is { } problem ? new ValidationResult(problem) : ValidationResult.Success;
}
