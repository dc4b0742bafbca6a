namespace JobRequests.Client;

/// <summary>The operations of the API; a key belongs to one caller, one operation and one job.</summary>
public static class Operation
{
    public const string Create = "create";
    public const string Accept = "accept";
    public const string Decline = "decline";
    public const string Withdraw = "withdraw";
    public const string Cancel = "cancel";
    public const string Start = "start";
    public const string FinishTask = "finish-task";
    public const string Finish = "finish";

    public static IReadOnlyList<string> All { get; } = [Create, Accept, Decline, Withdraw, Cancel, Start, FinishTask, Finish];

    /// <summary>The route that executes an operation, relative to the service's address.</summary>
    internal static string Route(string operation, string? job, string? task)
    {
        var jobRoute = $"v1/job-requests/{Uri.EscapeDataString(job ?? "")}";
        return operation switch
        {
            Create => "v1/job-requests",
            FinishTask => $"{jobRoute}/tasks/{Uri.EscapeDataString(task ?? "")}/finish",
            Accept or Decline or Withdraw or Cancel or Start or Finish => $"{jobRoute}/{operation}",
            _ => throw new ArgumentException($"'{operation}' is no operation; one of {string.Join(", ", All)} was expected.", nameof(operation)),
        };
    }
}
