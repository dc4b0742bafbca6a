namespace JobRequests.Cli.Race;

/// <param name="Number">From 0.</param>
/// <param name="Job">Null when it could not be created.</param>
/// <param name="Created">The answer to the create.</param>
/// <param name="Answers">Every person's answers, all to one request.</param>
/// <param name="Document">The job after the race; null when it could not be read.</param>
internal sealed record RacedJob(
    int Number, string? Job, CommandResult Created, IReadOnlyDictionary<string, IReadOnlyList<CommandResult>> Answers, Job? Document)
{
    public IReadOnlyList<string> Winners { get; } = [.. Answers.Where(person => person.Value.Any(answer => answer is CommandResult.Succeeded))
        .Select(person => person.Key)];

    /// <summary>How many people this became of: an outcome counts before an answer without one.</summary>
    public int Count<T>() where T : CommandResult => Answers.Values.Count(answers => answers.OrderByDescending(IsOutcome).FirstOrDefault() is T);

    /// <summary>What was sent beyond each person's first request.</summary>
    public int Repeats => Answers.Values.Sum(answers => answers.Count - 1);

    /// <summary>What is wrong; null when exactly one won and everybody was told the same each time.</summary>
    public string? BrokenPromise()
    {
        if (Winners.Count > 1)
            return $"{Winners.Count} were told that they won: {string.Join(", ", Winners)}";
        foreach (var (person, answers) in Answers)
        {
            if (answers.Where(IsOutcome).Select(OutcomeOf).Distinct().Count() > 1)
                return $"{person} was told different outcomes for one key";
        }

        if (Document is not null && Winners is [var winner] && Document.AcceptedBy != winner)
            return $"{winner} was told that they won, the job says {Document.AcceptedBy ?? "nobody"}";
        var allAnswered = Answers.Values.All(answers => answers.Any(IsOutcome));
        return Answers.Count > 0 && Winners.Count == 0 && allAnswered ? "everybody lost" : null;
    }

    /// <summary>True when the answers and the job itself say that exactly one has it.</summary>
    public bool IsSettled => Winners.Count == 1 && Document?.AcceptedBy == Winners[0];

    private static bool IsOutcome(CommandResult answer) => answer is CommandResult.Succeeded or CommandResult.Rejected;

    private static (string?, long?) OutcomeOf(CommandResult answer) => (RaceCalls.CodeOf(answer), RaceCalls.VersionOf(answer));
}
