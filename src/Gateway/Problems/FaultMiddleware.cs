namespace JobRequests.Gateway.Problems;

/// <summary>
/// The last resort. An exception that reaches it happened before a command was published, because whatever happens afterwards is
/// an answer already; so 503 is the truth. What went wrong is in the log, not in the answer.
/// </summary>
internal sealed partial class FaultMiddleware(RequestDelegate next, ILogger<FaultMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
            if (!http.Response.HasStarted) http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            var refusal = exception is BadHttpRequestException bad ? RefusalOf(bad) : null;
            if (refusal is null) Unexpected(logger, exception, http.Request.Method, http.GetEndpoint()?.DisplayName);
            http.Response.Clear();
            await ProblemWriter.WriteAsync(http, refusal ?? new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered()));
        }
    }

    /// <summary>Gives answers without a body one, in the form of all others.</summary>
    public static Task DescribeStatusAsync(HttpContext http)
    {
        if (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed) OptionsMiddleware.CompleteAllow(http.Response);
        return TypeOf(http.Response.StatusCode) is { } type ? ProblemWriter.WriteAsync(http, new Refusal(type)) : Task.CompletedTask;
    }

    private static ProblemType? TypeOf(int status) => status switch
    {
        StatusCodes.Status403Forbidden => ProblemTypes.AdministratorsOnly,
        StatusCodes.Status404NotFound => ProblemTypes.NotFound,
        StatusCodes.Status415UnsupportedMediaType => ProblemTypes.UnsupportedMediaType,
        StatusCodes.Status405MethodNotAllowed => ProblemTypes.MethodNotAllowed,
        _ => null,
    };

    private static Refusal RefusalOf(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new Refusal(ProblemTypes.PayloadTooLarge),
        StatusCodes.Status408RequestTimeout => new Refusal(ProblemTypes.RequestTimeout),
        _ => Refusal.Field("", "the request could not be read"),
    };

    [LoggerMessage(LogLevel.Error, "Unexpected failure of {Method} {Endpoint}; answered as unavailable.")]
    private static partial void Unexpected(ILogger logger, Exception exception, string method, string? endpoint);
}
