using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

public sealed class JobAnswersTests
{
    [Fact]
    public void The_view_keeps_answers_of_all_epochs_with_their_times()
    {
        JobRequestEvent[] events =
        [
            Requested(candidates: ["ann", "bob"]),
            new JobRequestEvent.JobDeclined("bob", null, T(5)),
            new JobRequestEvent.JobAccepted("ann", T(7)),
            new JobRequestEvent.JobWithdrawn("ann", T(20)),
            new JobRequestEvent.JobAccepted("bob", T(26)),
        ];
        var view = JobView.Empty("job");
        for (var i = 0; i < events.Length; i++) view = view.Apply(i + 1, events[i])!;

        var start = events[0].At;
        JobAnswer[] expected =
        [
            new("bob", 1, CandidateAnswer.Declined, T(5) - start), new("ann", 1, CandidateAnswer.Accepted, T(7) - start),
            new("bob", 2, CandidateAnswer.Accepted, T(26) - T(20)),
        ];
        Assert.Equal(expected, view.Answers);
        Assert.Equal(T(20), view.OfferedAt);

        var rebuilt = JobView.Of("job", view.Job, events);
        Assert.Equal(view.Answers, rebuilt.Answers);
        Assert.Equal(view.OfferedAt, rebuilt.OfferedAt);

        // A job that has folded its oldest events away keeps the answers that are left, in their epochs.
        Assert.Equal(expected[1..], JobView.Of("job", view.Job, events[2..]).Answers);
        Assert.Equal(expected[2..], JobView.Of("job", view.Job, events[3..]).Answers);
        Assert.Empty(view.For(new Viewer("eve", IsAdmin: false)).Answers);
    }

    private static DateTimeOffset T(int seconds) => Requested().At.AddSeconds(seconds);
}
