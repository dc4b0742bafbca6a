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

/// <summary>What, where and when a job is; all of it can be left out.</summary>
public abstract record DetailsBody : CommandBody
{
    /// <summary>What it is about; at most 4,000 characters, in lines.</summary>
    [ReadableText(WellFormed.MaxLongText)]
    public string? Description { get; init; }

    /// <summary>Where it is done.</summary>
    public PlaceBody? Place { get; init; }

    /// <summary>When it begins.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>When it ends, after <c>startsAt</c>.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>For the one who does it; at most 4,000 characters. Only the requester, administrators and the current winner see them.</summary>
    [ReadableText(WellFormed.MaxLongText)]
    public string? Instructions { get; init; }

    /// <summary>What programs keep with the job: at most 20 texts of at most 500 characters, by keys of 1–40 of <c>[A-Za-z0-9_.-]</c>.</summary>
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }

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
public sealed record CreateJobRequest : DetailsBody, IValidatableObject
{
    /// <summary>Who may answer: 1 to 1,000 names, each once.</summary>
    [Required(ErrorMessage = "is required")]
    [Length(1, WellFormed.MaxCandidates, ErrorMessage = "must have 1 to 1000 entries")]
    public IReadOnlyList<string?>? Candidates { get; init; }

    /// <summary>What is to be done, in this order; at most 200, each id once.</summary>
    [Required(ErrorMessage = "is required")]
    [MaxLength(WellFormed.MaxTasks, ErrorMessage = "must have at most 200 entries")]
    public IReadOnlyList<TaskBody?>? Tasks { get; init; }

    /// <summary>What people read; at most 200 characters.</summary>
    [ReadableText]
    public string? Title { get; init; }

    /// <summary>From when on nobody can accept the job any more.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        CreateJobRequestRules.Check(Candidates!, Tasks!).Concat(CheckDetails());

    internal JobRequestCommand ToCommand() => new JobRequestCommand.Create(
        [.. Candidates!.Select(candidate => candidate!)],
        [.. Tasks!.Select(task => new JobTask(task!.Id!, task.Name!))],
        Title,
        ExpiresAt,
        ToDetails());
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
