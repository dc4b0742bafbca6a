using System.CommandLine;
using JobRequests.Cli.Kafka;

namespace JobRequests.Cli.Verbs;

internal static class Parked
{
    public static Command Build()
    {
        var verb = new Command("parked", "Requests that could not be read or stored, and were set aside")
        {
            ParkedList.Build(), ParkedGroups.Build(), ParkedShow.Build(), ParkedReplay.Build(), ParkedAdd.Build(),
        };
        KafkaOptions.AddTo(verb);
        return verb;
    }
}
