namespace JobRequests.Cli.Verbs;

internal static class DeadLetters
{
    public static Command Build()
    {
        var verb = new Command("dead-letters", "Requests that could not be read or stored, and were set aside")
        {
            DeadLetterList.Build(), DeadLetterGroups.Build(), DeadLetterShow.Build(), DeadLetterReplay.Build(), DeadLetterAdd.Build(),
        };
        KafkaOptions.AddTo(verb);
        return verb;
    }
}
