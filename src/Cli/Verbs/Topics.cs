namespace JobRequests.Cli.Verbs;

internal static class Topics
{
    public static Command Build()
    {
        var verb = new Command("topics", "The topics of a service on Kafka")
            { TopicsPlan.Build(), TopicsCreate.Build(), TopicsShow.Build(), TopicsTail.Build() };
        KafkaOptions.AddTo(verb);
        return verb;
    }
}
