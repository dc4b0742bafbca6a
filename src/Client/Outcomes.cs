using System.Text.Json;
using JobRequests.Client.Wire;

namespace JobRequests.Client;

/// <summary>Turns what the service said into the types that callers see.</summary>
internal static class Outcomes
{
    /// <param name="verdict">A SUCCESS or a FAIL.</param>
    /// <param name="key">The command's key.</param>
    public static CommandResult Of(Verdict verdict, string key)
    {
        var body = verdict.Body;
        return verdict.Kind switch
        {
            VerdictKind.Succeeded => new CommandResult.Succeeded(body.JobRequestId!, body.Version!.Value, body.Job)
            {
                Key = key,
                Answer = verdict.Http.Raw,
                Replayed = verdict.IsReplay,
                StandbyRank = body.Standby?.Rank,
            },
            VerdictKind.Rejected => new CommandResult.Rejected(verdict.Code, verdict.Message, body.JobRequestId, body.Version)
            {
                Key = key,
                Answer = verdict.Http.Raw,
                Replayed = verdict.IsReplay,
            },
            _ => throw new InvalidOperationException($"{verdict.Kind} is no outcome."),
        };
    }

    public static IReadOnlyList<string> Errors(RawAnswer? answer)
    {
        if (answer is null)
            return [];
        try
        {
            return ValidationErrors.Read(JsonSerializer.Deserialize(answer.Body, WireJson.Default.CommandAnswer)?.Errors);
        }
        catch (JsonException)
        {
            // Not the service's body: there are no fields to name.
            return [];
        }
    }
}
