using JobRequests.Records;
namespace JobRequests.Cli.Verbs;

/// <summary>How many partitions: said itself, or by the silos that are to share them.</summary>
internal sealed class TopicSize
{
    private const int MostSilos = 100;

    private readonly Option<int?> _silos = new("--silos")
    {
        Description = $"How many silos there will be at most; each gets {TopicPlan.PartitionsPerSilo} partitions",
        HelpName = "N",
    };

    private readonly Option<int?> _partitions = new("--partitions") { Description = "How many partitions, instead of --silos", HelpName = "N" };

    public void AddTo(Command verb)
    {
        verb.Options.Add(_silos);
        verb.Options.Add(_partitions);
    }

    /// <exception cref="UsageException">Neither or both were said, or the number makes no sense.</exception>
    public int Of(ParseResult parsed) => (parsed.GetValue(_silos), parsed.GetValue(_partitions)) switch
    {
        ({ } n, null) when n is >= 1 and <= MostSilos => n * TopicPlan.PartitionsPerSilo,
        (null, { } n) when n is >= 1 and <= MostSilos * TopicPlan.PartitionsPerSilo => n,
        ({ } n, null) => throw new UsageException($"--silos is 1 to {MostSilos}, not {n}."),
        (null, { } n) => throw new UsageException($"--partitions is 1 to {MostSilos * TopicPlan.PartitionsPerSilo}, not {n}."),
        _ => throw new UsageException("How many partitions? Give --silos N (ten for each) or --partitions N: the count of a topic in use never changes."),
    };
}
