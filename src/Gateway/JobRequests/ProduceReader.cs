namespace JobRequests.Gateway.JobRequests;

/// <summary>Turns a body of the first design into a command.</summary>
internal sealed class ProduceReader(CommandReader commands, BodyValidator validator)
{
    /// <summary>The requester of every job that is created this way: those bodies do not name one.</summary>
    private const string Requester = "article";

    private static readonly Refusal NotValid = new(ProblemTypes.Validation);

    public async ValueTask<(CommandRequest? Request, Refusal? Refusal)> ReadAsync(Arrival arrival, ProduceBody? body, CancellationToken cancellationToken)
    {
        if (body is null || !WellFormed.Key(body.RequestId)) return (null, NotValid);
        if (body.EventId == ProduceBody.Create)
        {
            var create = new CreateJobRequest { Candidates = body.Cleaners, Tasks = body.Tasks };
            return await validator.CheckAsync(create, cancellationToken) is { } refusal
                ? (null, refusal)
                : (Command(arrival, Requester, JobRequestId.Derive(Requester, body.RequestId!), body, create.ToCommand()), null);
        }

        JobRequestCommand? command = body.EventId switch
        {
            ProduceBody.Accept => new JobRequestCommand.Accept(),
            ProduceBody.Decline => new JobRequestCommand.Decline(null),
            _ => null,
        };
        if (command is null || body.JobRequestId is null || !WellFormed.Person(body.CleanerId)) return (null, NotValid);
        return JobRequestId.Read(body.JobRequestId) is { } job
            ? (Command(arrival, body.CleanerId!, job, body, command), null)
            : (null, new Refusal(ProblemTypes.JobRequestNotFound));
    }

    private CommandRequest Command(Arrival arrival, string person, string job, ProduceBody body, JobRequestCommand command) =>
        commands.Compose(arrival, new Caller(person, false), body.RequestId!, job, command, ifMatch: null, commands.Defaults, deadline: null);
}
