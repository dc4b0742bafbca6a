namespace JobRequests.Domain.Tests;

/// <summary>
/// Who may do what and when: every operation of every role in every status that is not terminal. A cell is the event that the
/// operation makes, or the code of its refusal. <c>Worked</c> is a started job whose tasks are all finished. A winner is found
/// in no open job, hence the dashes. A winner has to confirm.
/// </summary>
internal static class LifecycleTable
{
    public static readonly string[] Roles = ["Requester", "Winner", "Waiting", "Declined", "Withdrawn", "Stranger", "Admin"];
    public static readonly string[] Statuses = ["Open", "Accepted", "Started", "Worked"];
    public static readonly string[] TerminalStatuses = ["Finished", "Declined", "Expired", "Cancelled"];

    private const string Text = """
        Operation   Role       Open              Accepted          Started           Worked

        Create      Requester  ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS
        Create      Winner     -                 ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS
        Create      Waiting    ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS
        Create      Declined   ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS
        Create      Withdrawn  ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS
        Create      Stranger   ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS
        Create      Admin      ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS    ALREADY_EXISTS

        Accept      Requester  NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Accept      Winner     -                 ALREADY_ANSWERED  ALREADY_ANSWERED  ALREADY_ANSWERED
        Accept      Waiting    JobAccepted       ALREADY_ACCEPTED  ALREADY_ACCEPTED  ALREADY_ACCEPTED
        Accept      Declined   ALREADY_ANSWERED  ALREADY_ANSWERED  ALREADY_ANSWERED  ALREADY_ANSWERED
        Accept      Withdrawn  ALREADY_ANSWERED  ALREADY_ANSWERED  ALREADY_ANSWERED  ALREADY_ANSWERED
        Accept      Stranger   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Accept      Admin      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED

        Confirm     Requester  NOT_ALLOWED       NOT_ALLOWED          NOT_ALLOWED       NOT_ALLOWED
        Confirm     Winner     -                 AcceptanceConfirmed  NOT_CONFIRMABLE   NOT_CONFIRMABLE
        Confirm     Waiting    NOT_ACCEPTED      NOT_ALLOWED          NOT_ALLOWED       NOT_ALLOWED
        Confirm     Declined   NOT_ACCEPTED      NOT_ALLOWED          NOT_ALLOWED       NOT_ALLOWED
        Confirm     Withdrawn  NOT_ACCEPTED      NOT_ALLOWED          NOT_ALLOWED       NOT_ALLOWED
        Confirm     Stranger   NOT_ALLOWED       NOT_ALLOWED          NOT_ALLOWED       NOT_ALLOWED
        Confirm     Admin      NOT_ALLOWED       NOT_ALLOWED          NOT_ALLOWED       NOT_ALLOWED

        Decline     Requester  NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Decline     Winner     -                 ALREADY_ANSWERED  ALREADY_ANSWERED  ALREADY_ANSWERED
        Decline     Waiting    JobDeclined       ALREADY_ACCEPTED  ALREADY_ACCEPTED  ALREADY_ACCEPTED
        Decline     Declined   ALREADY_ANSWERED  ALREADY_ANSWERED  ALREADY_ANSWERED  ALREADY_ANSWERED
        Decline     Withdrawn  ALREADY_ANSWERED  ALREADY_ANSWERED  ALREADY_ANSWERED  ALREADY_ANSWERED
        Decline     Stranger   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Decline     Admin      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED

        Withdraw    Requester  NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Withdraw    Winner     -                 JobWithdrawn      ALREADY_STARTED   ALREADY_STARTED
        Withdraw    Waiting    NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Withdraw    Declined   NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Withdraw    Withdrawn  NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Withdraw    Stranger   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Withdraw    Admin      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED

        Cancel      Requester  JobCancelled      JobCancelled      JobCancelled      JobCancelled
        Cancel      Winner     -                 NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Cancel      Waiting    NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Cancel      Declined   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Cancel      Withdrawn  NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Cancel      Stranger   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Cancel      Admin      JobCancelled      JobCancelled      JobCancelled      JobCancelled

        Amend       Requester  JobAmended        JobAmended        JobAmended        JobAmended
        Amend       Winner     -                 NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Amend       Waiting    NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Amend       Declined   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Amend       Withdrawn  NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Amend       Stranger   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Amend       Admin      JobAmended        JobAmended        JobAmended        JobAmended

        Assign      Requester  JobAssigned       ALREADY_ASSIGNED  ALREADY_ASSIGNED  ALREADY_ASSIGNED
        Assign      Winner     -                 NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Assign      Waiting    NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Assign      Declined   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Assign      Withdrawn  NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Assign      Stranger   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Assign      Admin      JobAssigned       ALREADY_ASSIGNED  ALREADY_ASSIGNED  ALREADY_ASSIGNED

        Release     Requester  NOT_RELEASABLE    JobReleased       JobReleased       JobReleased
        Release     Winner     -                 NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Release     Waiting    NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Release     Declined   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Release     Withdrawn  NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Release     Stranger   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Release     Admin      NOT_RELEASABLE    JobReleased       JobReleased       JobReleased

        Start       Requester  NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Start       Winner     -                 JobStarted        ALREADY_STARTED   ALREADY_STARTED
        Start       Waiting    NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Start       Declined   NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Start       Withdrawn  NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Start       Stranger   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Start       Admin      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED

        FinishTask  Requester  NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        FinishTask  Winner     -                 NOT_STARTED       TaskFinished      TASK_ALREADY_FINISHED
        FinishTask  Waiting    NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        FinishTask  Declined   NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        FinishTask  Withdrawn  NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        FinishTask  Stranger   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        FinishTask  Admin      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED

        Finish      Requester  NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Finish      Winner     -                 NOT_STARTED       TASKS_OPEN        JobFinished
        Finish      Waiting    NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Finish      Declined   NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Finish      Withdrawn  NOT_ACCEPTED      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Finish      Stranger   NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        Finish      Admin      NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED       NOT_ALLOWED
        """;

    public static IEnumerable<Cell> Cells =>
        from line in Text.Split('\n').Skip(1)
        let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        where words.Length > 0
        from column in Enumerable.Range(0, Statuses.Length)
        where words[column + 2] != "-"
        select new Cell(words[0], words[1], Statuses[column], words[column + 2]);

    internal sealed record Cell(string Operation, string Role, string Status, string Expected);
}
