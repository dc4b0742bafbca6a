using static JobRequests.Domain.Tests.Scenario;
using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

/// <summary>What the design that this project started from got wrong, as far as rules decide it.</summary>
public sealed class ArticleDefectTests
{
    [Fact]
    public void Defect_1_after_one_declines_another_accepts() =>
        Given(Requested(candidates: ["ann", "bob"])).When(Decline("ann")).Then(Declined("ann"))
            .When(Accept("bob")).Then(Accepted("bob"));

    [Fact]
    public void Defect_1_a_decline_never_takes_over_an_accepted_job()
    {
        var accepted = Given(Requested(candidates: ["ann", "bob"])).When(Accept("ann")).Then(Accepted("ann"));

        accepted.When(Decline("bob")).ThenRejected(Rejections.AlreadyAccepted);
        Assert.Equal("ann", accepted.State.Winner);
    }

    [Fact]
    public void Defect_1_a_decline_never_names_a_winner()
    {
        Assert.Null(Given(Requested(), Declined("ann")).State.Winner);
        Assert.Null(Given(Requested(candidates: ["ann"]), Declined("ann"), Exhausted("ann")).State.Winner);
    }

    [Fact]
    public void Defect_2_two_accepts_of_one_version_compete()
    {
        var open = Given(Requested());

        Assert.Equal(2, open.When(Accept("ann")).Then(Accepted("ann")).State.Version);
        Assert.Equal(2, open.When(Accept("bob")).Then(Accepted("bob")).State.Version);
    }

    [Fact]
    public void Defect_3_a_retried_create_names_the_same_job() =>
        Assert.Equal(JobRequestId.Derive(Requester, "key-1"), JobRequestId.Derive(Requester, "key-1"));

    [Fact]
    public void Defect_6_a_refused_command_makes_no_fact() =>
        Assert.IsNotType<JobRequestDecision.Succeeded>(Accept("bob").DecideOn(Given(Requested(), Accepted("ann")).State));

    [Theory]
    [InlineData("toString")]
    [InlineData("constructor")]
    [InlineData("__proto__")]
    [InlineData("a.b")]
    [InlineData("$x")]
    [InlineData("a:b")]
    [InlineData("Анна")]
    public void Defect_10_a_person_of_any_name_takes_part(string name)
    {
        var job = Given(Requested(candidates: [name, "bob"], tasks: [name]))
            .When(Accept(name)).Then(Accepted(name))
            .When(Start(name)).Then(Started(name))
            .When(FinishTask(name, name)).Then(TaskFinished(name, name));

        Assert.Equal(name, job.State.Winner);
        Assert.True(JobRequestId.IsWellFormed(JobRequestId.Derive(name, name)));
        Given(Requested()).When(Accept(name)).ThenRejected(Rejections.NotAllowed);
    }
}
