using JobRequests.Domain;

namespace JobRequests.Verification.Tests;

/// <summary>
/// One long life in which everything happens once. Events: 1 JobRequested (rita k0) · 2 JobAccepted (ann a1) · 3 JobWithdrawn (ann w1) ·
/// 4 JobAccepted (bob b1) · 5 JobStarted (bob s1) · 6 TaskFinished t1 (bob t1) · 7 JobFinished (bob f1). FAILs: bob's accept b0 at 2,
/// cid's accept c1 at 4, cid's cancel c2 at 4, ann's accept with If-Match m1 at 5, bob's finish f0 at 5; JOB_CLOSED for cid's c9. Dead-lettered: ann's p1.
/// </summary>
internal static class SampleJob
{
    public static JobRun Run()
    {
        var run = new JobRun();
        Decide(run, JobRun.Requester, new JobRequestCommand.Create(["ann", "bob", "cid"], [new JobTask("t1", "windows")], "flat 7", null), JobRun.CreateKey);
        run.Send("ann", new JobRequestCommand.Accept(), "a1");
        run.Send("bob", new JobRequestCommand.Accept(), "b0");
        run.Deliver();
        run.Read("cid");
        run.Publish(crash: true);
        Decide(run, "ann", new JobRequestCommand.Accept(), "a1");
        Decide(run, "ann", new JobRequestCommand.Withdraw(), "w1");
        run.Publish();
        run.Mark();
        Decide(run, "bob", new JobRequestCommand.Accept(), "b1");
        Decide(run, "cid", new JobRequestCommand.Accept(), "c1");
        Decide(run, "cid", new JobRequestCommand.Cancel(), "c2");
        run.WipeCache();
        Decide(run, "bob", new JobRequestCommand.Accept(), "b1");
        Decide(run, "bob", new JobRequestCommand.Start(), "s1");
        Decide(run, "ann", new JobRequestCommand.Accept(), "m1", ifMatch: 2);
        Decide(run, "bob", new JobRequestCommand.Finish(), "f0");
        Decide(run, "eve", new JobRequestCommand.Accept(), "e1");
        run.Send("ann", new JobRequestCommand.Accept(), "p1");
        run.DeadLetter();
        Decide(run, "bob", new JobRequestCommand.FinishTask("t1"), "t1");
        Decide(run, "bob", new JobRequestCommand.Finish(), "f1");
        Decide(run, "cid", new JobRequestCommand.Accept(), "c9");
        run.Publish();
        run.Mark();
        run.Read("rita");
        run.Read("ann", strong: false);
        return run;
    }

    private static void Decide(JobRun run, string caller, JobRequestCommand command, string key, int? ifMatch = null)
    {
        run.Send(caller, command, key, ifMatch);
        run.Deliver();
    }
}
