using System.ComponentModel.DataAnnotations;

namespace JobRequests.Gateway.JobRequests;

/// <summary>What is checked of each candidate and each task of a create; names the entry.</summary>
internal static class CreateJobRequestRules
{
    public const string PersonForm = "must be a name: 1 to 64 letters, digits and _ . @ -";
    private const string TaskIdForm = "must be 1 to 64 letters, digits and _ . -, and not . or .. alone";

    public static IEnumerable<ValidationResult> Check(IReadOnlyList<string?> candidates, IReadOnlyList<TaskBody?> tasks)
    {
        foreach (var wrong in CheckPeople("candidates", candidates)) yield return wrong;

        var ids = new HashSet<string>(tasks.Count, StringComparer.Ordinal);
        for (var i = 0; i < tasks.Count; i++)
        {
            if (tasks[i] is not { } task)
            {
                yield return Wrong($"tasks[{i}]", "must not be null");
                continue;
            }

            // Clients and servers leave . and .. out of an address: the task could never be finished.
            if (!WellFormed.TaskId(task.Id) || task.Id is "." or "..") yield return Wrong($"tasks[{i}].id", TaskIdForm);
            else if (!ids.Add(task.Id!)) yield return Wrong($"tasks[{i}].id", "is a duplicate");
            if (WellFormed.WhatIsWrongWithText(task.Name!) is { } problem) yield return Wrong($"tasks[{i}].name", problem);
            if (task.Done) yield return Wrong($"tasks[{i}].done", "must be false: nothing is done before the job exists");
        }
    }

    public static IEnumerable<ValidationResult> CheckPeople(string member, IReadOnlyList<string?> people)
    {
        var names = new HashSet<string>(people.Count, StringComparer.Ordinal);
        for (var i = 0; i < people.Count; i++)
        {
            if (!WellFormed.Person(people[i])) yield return Wrong($"{member}[{i}]", PersonForm);
            else if (!names.Add(people[i]!)) yield return Wrong($"{member}[{i}]", "is a duplicate");
        }
    }

    private static ValidationResult Wrong(string field, string message) => new(message, [field]);
}
