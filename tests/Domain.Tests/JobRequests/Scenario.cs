namespace JobRequests.Domain.Tests;

/// <summary>Given events, when a command, then events or a refusal.</summary>
internal sealed class Scenario
{
    private Scenario(JobRequest state) => State = state;

    public JobRequest State { get; }

    public static Scenario Given(params JobRequestEvent[] events) => new(events.Aggregate(JobRequest.Initial, JobRequest.Evolve));

    public Outcome When(Order command) => new(State, command.DecideOn(State));

    internal sealed class Outcome(JobRequest before, JobRequestDecision decision)
    {
        /// <returns>The job after those events, to go on from.</returns>
        public Scenario Then(params JobRequestEvent[] expected)
        {
            var approved = Assert.IsType<JobRequestDecision.Succeeded>(decision);
            Assert.Equal(expected, approved.Events);
            return new Scenario(approved.Events.Aggregate(before, JobRequest.Evolve));
        }

        public JobRequestEvent Event() => Assert.Single(Assert.IsType<JobRequestDecision.Succeeded>(decision).Events);

        public void ThenRejected(Rejection expected) => Assert.Same(expected, Assert.IsType<JobRequestDecision.Rejected>(decision).Rejection);
    }
}
