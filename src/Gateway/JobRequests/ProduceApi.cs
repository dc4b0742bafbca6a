namespace JobRequests.Gateway.JobRequests;

/// <summary>
/// <c>POST /produce</c>, for clients of the first design. The body says who acts, so it exists only where development identities
/// do. The same commands, keys and guarantees; only the words differ.
/// </summary>
internal static class ProduceApi
{
    // Since 2026-11-23 (RFC 9745): since it exists.
    private const string Deprecated = "@1795392000";

    private static readonly QueryParameters Query = new();

    public static IEndpointConventionBuilder MapProduce(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/produce", Produce).AllowAnonymous().ExcludeFromDescription();

    private static async Task Produce(HttpContext http, BodyReader bodies, CommandReader commands, ProduceReader reader, CallerQuota quota,
        CommandExecutor executor, GatewayTelemetry telemetry)
    {
        http.Response.Headers["Deprecation"] = Deprecated;
        http.Response.Headers.Link = "</docs>; rel=\"successor-version\"";
        var arrival = commands.Arrive(http);
        var (body, refusal) = await bodies.ReadAsync<ProduceBody>(http, GatewayJson.Wire.ProduceBody);
        refusal ??= Query.WhatIsWrong(http.Request.Query);
        CommandRequest? request = null;
        if (refusal is null) (request, refusal) = await reader.ReadAsync(arrival, body, http.RequestAborted);
        refusal ??= quota.Take(request!.Envelope.Caller.Person);
        if (refusal is not null)
        {
            await WriteErrorAsync(http, ProduceErrors.Of(refusal));
            return;
        }

        var envelope = request!.Envelope;
        var result = await executor.ExecuteAsync(request, http.RequestAborted);
        if (result is CommandResult.Succeeded success)
        {
            telemetry.Answered(envelope.Command.Operation, Outcomes.Success, code: null, request.StartedAt);
            await WriteAsync(http, StatusCodes.Status200OK, ProduceAnswer.Succeeded(envelope.JobRequestId, success.Reply.Job));
            return;
        }

        var error = ProduceErrors.Of(result);
        telemetry.Answered(envelope.Command.Operation, result.Outcome, error.Error, request.StartedAt);
        await WriteErrorAsync(http, error);
    }

    private static Task WriteErrorAsync(HttpContext http, (int Status, string Error, TimeSpan? RetryAfter) error)
    {
        ProblemWriter.SetRetryAfter(http.Response, ProblemWriter.Milliseconds(error.RetryAfter));
        return WriteAsync(http, error.Status, ProduceAnswer.Failed(error.Error));
    }

    private static Task WriteAsync(HttpContext http, int status, ProduceAnswer answer)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(answer, GatewayJson.Wire.ProduceAnswer, contentType: null, http.RequestAborted);
    }
}
