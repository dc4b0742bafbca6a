using JobRequests.Client.Wire;

namespace JobRequests.Client;

/// <summary>A replay tells what was true once; one strong read adds what is true now.</summary>
internal sealed class Replays(GatewayConnection gateway, JobRequestsClientOptions options, TimeProvider clock)
{
    public async Task<CommandResult> CompleteAsync(CommandResult result, CancellationToken cancellationToken)
    {
        var job = result switch
        {
            CommandResult.Succeeded won => won.JobRequestId,
            CommandResult.Rejected lost => lost.JobRequestId,
            _ => null,
        };
        return result.Replayed && options.ReadJobAfterReplay && job is not null ? result with { Current = await ReadAsync(job, cancellationToken) } : result;
    }

    /// <summary>Null where the job cannot be read: the outcome stands all the same.</summary>
    private async Task<Job?> ReadAsync(string job, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.AnswerGrace, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            var answer = await gateway.GetAsync($"v1/job-requests/{Uri.EscapeDataString(job)}?consistency=strong", either.Token);
            return answer.Status == 200 ? answer.Read(WireJson.Default.Job) : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }
}
