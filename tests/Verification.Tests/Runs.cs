using CsCheck;
using JobRequests.Documents;
using JobRequests.Domain;

namespace JobRequests.Verification.Tests;

internal enum StepKind
{
    Send,
    Deliver,
    DeadLetter,
    Close,
    Expire,
    Publish,
    PublishAndCrash,
    Mark,
    Read,
    ReadView,
    WipeCache,
    MoveToClock,
    Pass,
}

internal readonly record struct Step(StepKind Kind, int Who, int What, int Key, int Chance);

/// <summary>Random lives of a job, told by their steps.</summary>
internal static class Runs
{
    private static readonly string[] People = ["rita", "ann", "bob", "cid", "dee", "eve", "admin", "*", "*", "*", "*"];

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Frequency(
            (12, Gen.Const(StepKind.Send)),
            (7, Gen.Const(StepKind.Deliver)),
            (1, Gen.Const(StepKind.Close)),
            (1, Gen.Const(StepKind.Expire)),
            (3, Gen.Const(StepKind.Publish)),
            (1, Gen.Const(StepKind.PublishAndCrash)),
            (2, Gen.Const(StepKind.Mark)),
            (2, Gen.Const(StepKind.Read)),
            (1, Gen.Const(StepKind.ReadView)),
            (1, Gen.Const(StepKind.WipeCache)),
            (1, Gen.Const(StepKind.MoveToClock)),
            (2, Gen.Const(StepKind.Pass))),
        Gen.Int[0, 100],
        Gen.Int[0, 100],
        Gen.Int[0, 9],
        Gen.Int[0, 100],
        (kind, who, what, key, chance) => new Step(kind, who, what, key, chance));

    public static readonly Gen<Step[]> Any = Steps.Array[1, 60];

    /// <summary>The life that <paramref name="steps"/> tell, after a create. Some lives end with commands that were dead-lettered.</summary>
    public static JobRun Play(Step[] steps)
    {
        var chance = steps[0].Chance;
        var run = new JobRun(new JobRequestOptions { MaxEvents = chance % 7 == 0 ? 4 : 500, MaxFailsPerCaller = chance % 5 == 0 ? 2 : 32 });
        run.Send(JobRun.Requester, Create(chance, chance % 4 == 0 ? run.Now.AddSeconds(40) : null), JobRun.CreateKey);
        if (chance % 9 != 0) run.Deliver();
        foreach (var step in steps) Do(run, step);
        if (chance % 6 == 0) run.DeadLetter();
        else run.Deliver();
        return run;
    }

    private static void Do(JobRun run, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Send:
                var command = Command(run, step);
                var who = Person(run, step, isDispatcher: command is JobRequestCommand.Amend or JobRequestCommand.Assign or JobRequestCommand.Release);
                run.Send(
                    who, command, $"k{(step.Key * 7) + (step.Who % 7)}",
                    ifMatch: step.Chance % 10 == 0 ? step.Chance % 4 : null,
                    deadline: step.Chance % 8 == 0 ? TimeSpan.FromSeconds(2) : null,
                    isLost: step.Chance % 12 == 0);
                break;
            case StepKind.Deliver:
                run.Deliver();
                break;
            case StepKind.Close:
                run.Close();
                break;
            case StepKind.Expire:
                run.Advance();
                break;
            case StepKind.Publish:
                run.Publish();
                break;
            case StepKind.PublishAndCrash:
                run.Publish(crash: true);
                break;
            case StepKind.Mark:
                run.Mark();
                break;
            case StepKind.Read:
                run.Read(Person(run, step));
                break;
            case StepKind.ReadView:
                run.Read(Person(run, step), strong: false);
                break;
            case StepKind.WipeCache:
                run.WipeCache();
                break;
            case StepKind.MoveToClock:
                run.MoveToClock(TimeSpan.FromSeconds(step.Chance - 50));
                break;
            case StepKind.Pass:
                run.Pass(TimeSpan.FromMilliseconds(100 * step.Chance));
                break;
        }
    }

    // Whoever is next makes lives long: few sequences of people picked by chance get far.
    private static string Person(JobRun run, Step step, bool isDispatcher = false)
    {
        var person = People[step.Who % People.Length];
        if (person != "*") return person;
        if (isDispatcher) return step.Who % 2 == 0 ? JobRun.Requester : "admin";
        // Sometimes somebody else than the winner: to wait, or to leave the line.
        return (step.Chance % 3 > 0 ? run.State.Winner : run.State.Standby.LastOrDefault())
            ?? run.State.Candidates.FirstOrDefault(candidate => candidate.Answer is null)?.Id ?? "ann";
    }

    private static JobRequestCommand Command(JobRun run, Step step) => run.State switch
    {
        { Winner: not null } when step.What % 4 > 0 => (step.What % 9) switch
        {
            0 => new JobRequestCommand.Withdraw(),
            1 => new JobRequestCommand.Confirm(),
            2 or 3 => new JobRequestCommand.Start(),
            4 or 5 or 6 => new JobRequestCommand.FinishTask(step.Chance % 7 == 0 ? "t9" : step.Chance % 2 == 0 ? "t1" : "t2"),
            _ => new JobRequestCommand.Finish(),
        },
        _ => (step.What % 20) switch
        {
            0 => new JobRequestCommand.Cancel(step.Chance % 2 == 0 ? "no need" : null),
            1 => new JobRequestCommand.Start(),
            2 or 3 => new JobRequestCommand.Assign(People[step.Chance % 6]),
            4 or 5 => new JobRequestCommand.Release(step.Chance % 2 == 0 ? "ill" : null),
            < 12 => new JobRequestCommand.Decline(step.Chance % 2 == 0 ? "no" : null),
            < 17 => new JobRequestCommand.Accept(Standby: step.Chance % 3 > 0),
            17 => new JobRequestCommand.Amend(AddCandidates: [People[step.Chance % 6]]),
            18 => new JobRequestCommand.Amend("flat 8", Details: step.Chance % 2 == 0 ? new JobDetails { EndsAt = run.Now } : null),
            _ => new JobRequestCommand.Withdraw(),
        },
    };

    private static JobRequestCommand.Create Create(int chance, DateTimeOffset? expiresAt) => new(
        ["ann", "bob", "cid", "dee"], [new JobTask("t1", "windows"), new JobTask("t2", "floor")], "flat 7", expiresAt,
        chance % 5 == 0 ? new JobDetails { StartsAt = JobRun.Begin.AddYears(1) } : null,
        chance % 3 == 0 ? [new Wave(2, 5), new Wave(1, 10)] : null,
        chance % 4 == 1 ? 10 : null);
}
