namespace JobRequests.Gateway.JobRequests;

/// <summary>The pipeline of a command to its job, and of the outcome back. As in <see cref="IJobRequests"/>, every call may fail or hang.</summary>
internal interface IJobCommands
{
    /// <summary>Hands the command over; done when the stream has acknowledged it.</summary>
    /// <exception cref="NotEnqueuedException">It was certainly not published.</exception>
    Task SubmitAsync(CommandEnvelope command);

    /// <inheritdoc cref="IJobRequestGrain.GetOutcome"/>
    Task<JobRequestReply> GetOutcomeAsync(string jobRequestId, OutcomeQuery query, TimeSpan wait);
}
