namespace JobRequests.Gateway.Requests;

/// <summary>Asks the silos on behalf of an HTTP request. Where they fail or do not answer in time, the request is answered with 503.</summary>
internal sealed partial class SiloQuestions(ReadLimit limit, IOptions<GatewayOptions> options, TimeProvider time, ILogger<SiloQuestions> logger)
{
    /// <param name="http">The request.</param>
    /// <param name="what">What is asked for, as the log calls it.</param>
    /// <param name="question">Asks, until the token is cancelled: the caller has gone, or its time is over.</param>
    /// <param name="job">The job that it is about, told with the problem.</param>
    /// <param name="timeout">How long it may take; <see cref="GatewayOptions.ReadTimeout"/> when left out.</param>
    /// <returns>Null when the request was answered with a problem.</returns>
    public async Task<SiloAnswer<T>?> AskAsync<T>(
        HttpContext http, string what, Func<CancellationToken, Task<T>> question, string? job = null, TimeSpan? timeout = null)
    {
        var person = http.User.ToCaller().Person;
        if (limit.Enter(person) is { } refusal)
        {
            await ProblemWriter.WriteAsync(http, refusal, job);
            return null;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        try
        {
            var startedAt = time.GetTimestamp();
            var answer = await question(stop.Token).WaitAsync(timeout ?? options.Value.ReadTimeout, time, http.RequestAborted);
            if (answer is null or JobRequestReply.NotFound) await NotFoundTime.WaitAsync(time, startedAt, http.RequestAborted);
            return new SiloAnswer<T>(answer);
        }
        catch (Exception exception) when (!http.RequestAborted.IsCancellationRequested)
        {
            NotAnswered(logger, exception, what, job);
            await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered()), job);
            return null;
        }
        finally
        {
            await stop.CancelAsync();
            limit.Leave(person);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The silos did not answer for {What} (job {JobRequestId}).")]
    private static partial void NotAnswered(ILogger logger, Exception exception, string what, string? jobRequestId);
}

/// <param name="Content">May be null, where that is the answer.</param>
internal readonly record struct SiloAnswer<T>(T Content);
