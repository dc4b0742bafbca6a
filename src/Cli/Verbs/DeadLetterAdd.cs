using System.Text.Json;
using System.Text.Json.Nodes;

namespace JobRequests.Cli.Verbs;

/// <summary>Sets a record aside that holds its partition up, through the service: only the silo that reads the partition can.</summary>
internal static class DeadLetterAdd
{
    public static Command Build()
    {
        var place = new Argument<string>("place") { Description = "PARTITION:OFFSET, as the silos' /health/ready names it" };
        var stream = new Option<string>("--stream") { Description = "requests or finalevents", DefaultValueFactory = _ => "requests" };
        var verb = new Command("add", "Dead-letter the record that a partition stands still on (administrators)") { place, stream };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var session = Session.Of(parsed);
            var (at, of) = (parsed.GetRequiredValue(place), parsed.GetRequiredValue(stream));
            try
            {
                var isDeadLettered = await session.Client().DeadLetterOldestAsync(of, at, cancellationToken);
                if (session.Json) Terminal.JsonLine(new JsonObject { ["deadLettered"] = isDeadLettered }.ToJsonString(JsonSerializerOptions.Default));
                else if (isDeadLettered)
                    Terminal.Good($"Record {at} of {of} is dead-lettered; what waited behind it goes on. `jobctl dead-letters group` shows what it holds up.");
                else Terminal.Bad($"No silo stands still on record {at} of {of} now: /health/ready of the silos names the records that do.");
                return isDeadLettered ? ExitCode.Success : ExitCode.Refused;
            }
            catch (JobRequestsException refused) when (session.Json)
            {
                Terminal.Raw(refused.Answer.Body);
                return ExitCode.OfRefusal(refused.Answer.Status);
            }
        });
        return verb;
    }
}
