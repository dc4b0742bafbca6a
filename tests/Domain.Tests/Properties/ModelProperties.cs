namespace JobRequests.Domain.Tests;

public sealed class ModelProperties
{
    [Fact]
    public void The_rules_agree_with_a_model_at_every_step() => Sequences.Each(history =>
    {
        var plan = history.Plan;
        var model = new ReferenceModel(plan);

        AssertAgree(model, history.Turns[0].After);
        foreach (var turn in history.Turns.Skip(1))
        {
            string? code = null;
            if (turn.Command is null)
                model.PassTime(turn.Now);
            else
                code = model.Try(turn.Step, turn.Command.By, turn.Command.At);

            Assert.True(code == turn.Rejection?.Code, "The answers differ.");
            AssertAgree(model, turn.After);
        }
    });

    private static void AssertAgree(ReferenceModel model, JobRequest job)
    {
        Assert.True(model.Status == job.Status.ToString(), "The statuses differ.");
        Assert.True(model.Version == job.Version, "The versions differ.");
        Assert.True(model.Epoch == job.Epoch, "The epochs differ.");
        Assert.True(model.Winner == job.Winner, "The winners differ.");
        Assert.True(model.Left == job.CandidatesLeft, "Those who may still answer differ.");
        Assert.True(model.Line.SequenceEqual(job.Standby), "Those who wait for the job differ.");
        Assert.True(model.Waiting.SequenceEqual(job.Waves?.Waiting ?? []), "Those who will be asked later differ.");
        Assert.True(job.IsTerminal || model.ConfirmBy == job.ConfirmBy, "Until when to confirm differs.");
        Assert.True(model.Candidates.Count == job.Candidates.Length, "The candidates differ.");
        foreach (var candidate in job.Candidates)
            Assert.True(Answer(model, candidate.Id) == candidate.Answer, "The answers of a candidate differ.");
        Assert.True(model.AllTasks.Count == job.Tasks.Length, "The tasks differ.");
        foreach (var task in job.Tasks)
            Assert.True(model.AllTasks.Contains(task.Id) && model.OpenTasks.Contains(task.Id) != task.Done, "What is done differs.");
    }

    private static CandidateAnswer? Answer(ReferenceModel model, string person)
    {
        if (model.Gone.TryGetValue(person, out var how)) return Enum.Parse<CandidateAnswer>(how);
        return model.Answers.TryGetValue(person, out var answer) ? Enum.Parse<CandidateAnswer>(answer) : null;
    }
}
