namespace JobRequests.Domain.Tests;

/// <summary>
/// The rules once more, written from their description and in another way: mutable, with sets and a dictionary, names for
/// statuses and refusals. It shares no line with what it is compared to.
/// </summary>
internal sealed class ReferenceModel
{
    private static readonly HashSet<string> Closed = ["Finished", "Declined", "Expired", "Cancelled"];

    private readonly Plan _plan;
    private readonly List<string> _waiting;
    private DateTimeOffset? _deadline;
    private DateTimeOffset _clock = Plan.Start;
    private DateTimeOffset _at = Plan.Start;
    private DateTimeOffset _last = Plan.Start;
    private int _wave;

    public ReferenceModel(Plan plan)
    {
        _plan = plan;
        _deadline = plan.ExpiresAt;
        _waiting = [.. Plan.People.Take(plan.CandidateCount)];
        AllTasks = [.. Plan.TaskIds.Take(plan.TaskCount)];
        OpenTasks = [.. AllTasks];
        Widen();
        Version = 1;
    }

    public HashSet<string> Candidates { get; } = [];
    public HashSet<string> AllTasks { get; }
    public HashSet<string> OpenTasks { get; }
    /// <summary>Who is asked no more, and how that came.</summary>
    public Dictionary<string, string> Gone { get; } = [];

    /// <summary>Of this epoch.</summary>
    public Dictionary<string, string> Answers { get; } = [];

    public List<string> Line { get; } = [];

    public string Status { get; private set; } = "Open";
    public int Epoch { get; private set; } = 1;
    public int Version { get; private set; }
    public DateTimeOffset? ConfirmBy { get; private set; }
    public IEnumerable<string> Waiting => _waiting;

    public string? Winner => Answers.FirstOrDefault(answer => answer.Value == "Accepted").Key;

    public int Left => Candidates.Count - Gone.Count - Answers.Count;

    public void PassTime(DateTimeOffset now)
    {
        if (now < _last) now = _last;
        while (true)
        {
            if (Status == "Accepted" && now >= ConfirmBy) Do(now, () => GiveUp("Lapsed"));
            else if (Status == "Open" && now >= _deadline) Do(now, () => Status = "Expired");
            else if (Status == "Open" && _waiting.Count > 0 && (Left == 0 || now >= _clock.AddMinutes(_plan.Waves[_wave - 1].Minutes))) Do(now, Widen);
            else return;
        }
    }

    /// <returns>The code of the refusal, or null where it was done.</returns>
    public string? Try(Step step, string who, DateTimeOffset at)
    {
        _at = at;
        var code = Try(step, who);
        if (code is null) _last = at;
        return code;
    }

    private string? Try(Step step, string who)
    {
        if (Closed.Contains(Status)) return "JOB_CLOSED";
        switch (step.Operation)
        {
            case Operation.Create:
                return "ALREADY_EXISTS";
            case Operation.Cancel or Operation.Assign or Operation.Release or Operation.Amend:
                return who != _plan.Requester && who != "admin" ? "NOT_ALLOWED" : Dispatch(step);
            case Operation.Withdraw when Line.Remove(who):
                Answers[who] = "Declined";
                Version++;
                return null;
        }

        if (!Candidates.Contains(who)) return "NOT_ALLOWED";
        return step.Operation is Operation.Accept or Operation.AcceptOrWait or Operation.Decline ? Answer(step.Operation, who) : Work(step, who);
    }

    private string? Dispatch(Step step)
    {
        switch (step.Operation)
        {
            case Operation.Cancel:
                Status = "Cancelled";
                break;
            case Operation.Amend:
                if (step.Task is not ("t1" or "t2" or "t3")) return "ENDS_BEFORE_START";
                if (step.Task == "t3") _deadline = Plan.Start.AddMinutes(90);
                if (step.Task == "t1" && !Candidates.Contains(step.Whom) && !_waiting.Contains(step.Whom))
                {
                    if (_waiting.Count > 0) _waiting.Add(step.Whom);
                    else Candidates.Add(step.Whom);
                }
                break;
            case Operation.Assign:
                if (Status != "Open") return "ALREADY_ASSIGNED";
                Candidates.Add(step.Whom);
                _waiting.Remove(step.Whom);
                Gone.Remove(step.Whom);
                Win(step.Whom);
                break;
            default:
                if (Status == "Open") return "NOT_RELEASABLE";
                GiveUp("Released");
                break;
        }
        Version++;
        return null;
    }

    private void Win(string who)
    {
        Answers[who] = "Accepted";
        Status = "Accepted";
        ConfirmBy = _plan.ConfirmMinutes is { } minutes ? _at.AddMinutes(minutes) : null;
    }

    private void GiveUp(string how)
    {
        var former = Winner!;
        Answers.Remove(former);
        Gone.Add(former, how);
        Epoch++;
        ConfirmBy = null;
        if (Line.Count > 0)
        {
            Win(Line[0]);
            Line.RemoveAt(0);
            return;
        }
        Answers.Clear();
        Status = "Open";
        _clock = _at;
    }

    private void Widen()
    {
        var size = _wave < _plan.Waves.Length ? _plan.Waves[_wave].Size : _waiting.Count;
        foreach (var person in _waiting.Take(size).ToList())
        {
            _waiting.Remove(person);
            Candidates.Add(person);
        }
        _wave++;
        _clock = _at;
    }

    private string? Answer(Operation operation, string who)
    {
        if (Gone.ContainsKey(who) || Answers.ContainsKey(who)) return "ALREADY_ANSWERED";
        if (Status != "Open" && operation != Operation.AcceptOrWait) return "ALREADY_ACCEPTED";
        Version++;
        if (Status != "Open")
        {
            Line.Add(who);
            Answers.Add(who, "Standby");
        }
        else if (operation != Operation.Decline) Win(who);
        else
        {
            Answers.Add(who, "Declined");
            if (Left == 0 && _waiting.Count == 0) (Status, Version) = ("Declined", Version + 1);
        }
        return null;
    }

    private string? Work(Step step, string who)
    {
        if (Winner is null) return "NOT_ACCEPTED";
        if (Winner != who) return "NOT_ALLOWED";
        var (operation, started) = (step.Operation, Status == "Started");
        if (operation is Operation.Withdraw or Operation.Start && started) return "ALREADY_STARTED";
        if (operation is Operation.FinishTask or Operation.Finish && !started) return "NOT_STARTED";
        switch (operation)
        {
            case Operation.Withdraw:
                GiveUp("Withdrawn");
                break;
            case Operation.Confirm:
                if (ConfirmBy is null) return "NOT_CONFIRMABLE";
                ConfirmBy = null;
                break;
            case Operation.Start:
                Status = "Started";
                ConfirmBy = null;
                break;
            case Operation.FinishTask:
                if (!AllTasks.Contains(step.Task)) return "TASK_UNKNOWN";
                if (!OpenTasks.Remove(step.Task)) return "TASK_ALREADY_FINISHED";
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

    private void Do(DateTimeOffset at, Action what)
    {
        _at = _last = at;
        what();
        Version++;
    }
}
