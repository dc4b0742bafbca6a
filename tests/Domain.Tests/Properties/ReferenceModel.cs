namespace JobRequests.Domain.Tests;

/// <summary>
/// The rules once more, written from their description and in another way: mutable, with sets and a dictionary, names for
/// statuses and refusals. It shares no line with what it is compared to.
/// </summary>
internal sealed class ReferenceModel
{
    private static readonly HashSet<string> Closed = ["Finished", "Declined", "Expired", "Cancelled"];

    private readonly string _requester;
    private readonly DateTimeOffset? _deadline;

    public ReferenceModel(string requester, IEnumerable<string> candidates, IEnumerable<string> tasks, DateTimeOffset? deadline)
    {
        _requester = requester;
        _deadline = deadline;
        Candidates = [.. candidates];
        AllTasks = [.. tasks];
        OpenTasks = [.. AllTasks];
    }

    public HashSet<string> Candidates { get; }
    public HashSet<string> AllTasks { get; }
    public HashSet<string> OpenTasks { get; }
    /// <summary>Who is asked no more, and how that came.</summary>
    public Dictionary<string, string> Gone { get; } = [];

    /// <summary>Of this epoch: true for yes.</summary>
    public Dictionary<string, bool> Answers { get; } = [];

    public string Status { get; private set; } = "Open";
    public int Epoch { get; private set; } = 1;
    public int Version { get; private set; } = 1;

    public string? Winner
    {
        get
        {
            foreach (var (who, yes) in Answers)
                if (yes)
                    return who;
            return null;
        }
    }

    public int Left => Candidates.Count - Gone.Count - Answers.Count;

    public void PassTime(DateTimeOffset now)
    {
        if (Status == "Open" && _deadline is not null && now >= _deadline) Close("Expired");
    }

    /// <returns>The code of the refusal, or null where it was done.</returns>
    public string? Try(Operation operation, string who, string task, string whom)
    {
        if (Closed.Contains(Status)) return "JOB_CLOSED";
        if (operation == Operation.Create) return "ALREADY_EXISTS";
        if (operation is Operation.Cancel or Operation.Assign or Operation.Release) return Dispatch(operation, who, whom);
        if (!Candidates.Contains(who)) return "NOT_ALLOWED";
        return operation is Operation.Accept or Operation.Decline ? Answer(who, yes: operation == Operation.Accept) : Work(operation, who, task);
    }

    private string? Dispatch(Operation operation, string who, string whom)
    {
        if (who != _requester && who != "admin") return "NOT_ALLOWED";
        switch (operation)
        {
            case Operation.Cancel:
                Close("Cancelled");
                return null;
            case Operation.Assign:
                if (Status != "Open") return "ALREADY_ASSIGNED";
                Candidates.Add(whom);
                Gone.Remove(whom);
                Answers[whom] = true;
                Status = "Accepted";
                break;
            default:
                if (Status == "Open") return "NOT_RELEASABLE";
                Reopen("Released");
                break;
        }
        Version++;
        return null;
    }

    private void Reopen(string how)
    {
        Gone.Add(Winner!, how);
        Answers.Clear();
        Epoch++;
        Status = "Open";
    }

    private string? Answer(string who, bool yes)
    {
        if (Gone.ContainsKey(who) || Answers.ContainsKey(who)) return "ALREADY_ANSWERED";
        if (Status != "Open") return "ALREADY_ACCEPTED";
        Answers.Add(who, yes);
        Version++;
        if (yes) Status = "Accepted";
        else if (Left == 0) Close("Declined");
        return null;
    }

    private string? Work(Operation operation, string who, string task)
    {
        if (Winner is null) return "NOT_ACCEPTED";
        if (Winner != who) return "NOT_ALLOWED";
        var started = Status == "Started";
        if (operation is Operation.Withdraw or Operation.Start && started) return "ALREADY_STARTED";
        if (operation is Operation.FinishTask or Operation.Finish && !started) return "NOT_STARTED";
        switch (operation)
        {
            case Operation.Withdraw:
                Reopen("Withdrawn");
                break;
            case Operation.Start:
                Status = "Started";
                break;
            case Operation.FinishTask:
                if (!AllTasks.Contains(task)) return "TASK_UNKNOWN";
                if (!OpenTasks.Remove(task)) return "TASK_ALREADY_FINISHED";
                break;
            case Operation.Finish:
                if (OpenTasks.Count > 0) return "TASKS_OPEN";
                Status = "Finished";
                break;
            default:
                throw new InvalidOperationException($"{operation} is no work.");
        }
        Version++;
        return null;
    }

    private void Close(string status)
    {
        Status = status;
        Version++;
    }
}
