using CsCheck;

namespace JobRequests.Domain.Tests;

/// <summary>Generates plans. The weights make long lives likely: a cancellation or an exhausted job ends the interesting part.</summary>
internal static class Plans
{
    private static readonly Gen<Operation> AnyOperation = Gen.Frequency(
        (1, Operation.Create),
        (5, Operation.Accept),
        (4, Operation.AcceptOrWait),
        (2, Operation.Confirm),
        (3, Operation.Decline),
        (3, Operation.Withdraw),
        (1, Operation.Cancel),
        (1, Operation.Amend),
        (2, Operation.Assign),
        (2, Operation.Release),
        (3, Operation.Start),
        (5, Operation.FinishTask),
        (3, Operation.Finish),
        (1, Operation.TimePasses));

    // Those beyond the job's candidates are strangers to it, like mal, Ann and the person without a name.
    private static readonly Gen<string> AnyPerson = Gen.Frequency(
        (12, Plan.WhoeverIsNext),
        (3, "ann"),
        (3, "bob"),
        (2, "cid"),
        (2, "dee"),
        (1, "eva"),
        (1, "zoe"),
        (1, "mal"),
        (1, Order.Admin),
        (1, "Ann"),
        (1, ""));

    private static readonly Gen<string> AnyTask = Gen.Frequency((3, "t1"), (3, "t2"), (2, "t3"), (1, "t9"));

    private static readonly Gen<Step> AnyStep =
        Gen.Select(AnyOperation, AnyPerson, AnyTask, Gen.Int[-2, 9], AnyPerson,
            (operation, who, task, minutes, whom) => new Step(operation, who, task, minutes, whom == Plan.WhoeverIsNext ? "ann" : whom));

    public static readonly Gen<Plan> Any = Gen.Select(
        Gen.Frequency((5, "zoe"), (1, "ann")),
        Gen.Int[0, Plan.People.Length],
        Gen.Int[0, Plan.TaskIds.Length],
        Gen.Int[-60, 120],
        Gen.Select(Gen.Int[1, 2], Gen.Int[1, 20]).Array[0, 2],
        Gen.Int[-20, 20],
        AnyStep.Array[0, 24],
        (requester, candidates, tasks, expires, waves, confirm, steps) =>
            new Plan(requester, candidates, tasks, expires < 0 ? null : expires, waves, confirm < 0 ? null : confirm, steps));
}
