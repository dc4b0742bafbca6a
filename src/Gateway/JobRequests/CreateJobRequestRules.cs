using System.ComponentModel.DataAnnotations;

namespace JobRequests.Gateway.JobRequests;

/// <summary>What is checked of each candidate and each task of a create; names the entry.</summary>
internal static class CreateJobRequestRules
{
    public const string PersonForm = "must be a name: 1 to 64 letters, digits and _ . @ -";
    private const string TaskIdForm = "must be 1 to 64 letters, digits and _ . -, and not . or .. alone";

    public static IEnumerable<ValidationResult> Check(IReadOnlyList<string?> candidates, IReadOnlyList<TaskBody?> tasks)
    {
        var names = new HashSet<string>(candidates.Count, StringComparer.Ordinal);
        for (var i = 0; i < candidates.Count; i++)
        {
            if (!WellFormed.Person(candidates[i])) yield return Wrong($"candidates[{i}]", PersonForm);
            else if (!names.Add(candidates[i]!)) yield return Wrong($"candidates[{i}]", "is a duplicate");
        }

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

    private static ValidationResult Wrong(string field, string message) => new(message, [field]);
}
