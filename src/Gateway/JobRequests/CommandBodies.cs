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
public sealed record DeclineJobRequest : CommandBody
{
    /// <summary>Why not; at most 200 characters, shown to the requester.</summary>
    [ReadableText]
    public string? Reason { get; init; }
}

/// <summary>A new job request and who may take it.</summary>
[ValidatableType]
public sealed record CreateJobRequest : CommandBody, IValidatableObject
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

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => CreateJobRequestRules.Check(Candidates!, Tasks!);

    internal JobRequestCommand ToCommand() => new JobRequestCommand.Create(
        [.. Candidates!.Select(candidate => candidate!)],
        [.. Tasks!.Select(task => new JobTask(task!.Id!, task.Name!))],
        Title,
        ExpiresAt);
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

/// <summary>A text that people read: at most 200 characters, none of them a control character, valid Unicode.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ReadableTextAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && WellFormed.WhatIsWrongWithText(text) is { } problem ? new ValidationResult(problem) : ValidationResult.Success;
}
