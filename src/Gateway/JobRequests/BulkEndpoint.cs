using System.Globalization;
using System.Text.Json;

namespace JobRequests.Gateway.JobRequests;

/// <summary>
/// Creates many jobs in one call. Each line is a create with a key of its own, which comes from the key of the call and the number of the line, and goes
/// the way of every create. So a repeated call decides what is not decided yet, and gives the other lines their answers.
/// </summary>
internal sealed partial class BulkEndpoint(
    CommandReader reader, BodyReader bodies, CommandExecutor executor, CommandAnswerWriter answers, GatewayTelemetry telemetry, SecurityLog log,
    BulkLimit limit, TimeProvider time, ILogger<BulkEndpoint> logger)
{
    public const int MaxLines = 1_000;

    // A call leaves room for other callers' commands, and for the caller's own.
    private const int AtOnce = 32;

    public async Task HandleAsync(HttpContext http)
    {
        var startedAt = time.GetTimestamp();
        var person = http.User.ToCaller().Person;
        var refusal = limit.Enter(person);
        if (refusal is null)
        {
            try
            {
                refusal = await ReadAndAnswerAsync(http);
            }
            finally
            {
                limit.Leave(person);
            }
        }

        if (refusal is null) return;
        telemetry.Answered(Operations.Create, Outcomes.Refused, refusal.Type.Code, startedAt);
        await CommandAnswerWriter.WriteAsync(http, refusal, jobRequestId: null);
    }

    /// <returns>Why no line was looked at; null where each has its answer.</returns>
    private async Task<Refusal?> ReadAndAnswerAsync(HttpContext http)
    {
        var (_, refusal) = DryRun.Read(http.Request);
        if (refusal is not null) return refusal;
        (var read, refusal) = reader.ReadHeaders(http, isNew: true);
        if (read is not { } headers) return refusal;
        if (headers.Key is null) return IdempotencyKey.Missing;
        (var lines, refusal) = await bodies.ReadLinesAsync(http, MaxLines);
        if (lines is null) return refusal;

        CommandAnswerWriter.SetHeaders(http, headers.Key, headers.Preferences);
        http.Response.ContentType = BodyReader.Ndjson;
        try
        {
            await AnswerAsync(http, headers, lines);
        }
        catch
        {
            // What is not answered may have happened: a connection that breaks says so.
            http.Abort();
            throw;
        }

        return null;
    }

    private async Task AnswerAsync(HttpContext http, CommandHeaders headers, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var running = new Queue<Task<BulkLineBody>>(AtOnce);
        try
        {
            for (var i = 0; i < lines.Count; i++)
            {
                if (running.Count == AtOnce) await WriteAsync(running.Dequeue());
                running.Enqueue(DecideAsync(http, headers, i + 1, lines[i]));
            }

            while (running.TryDequeue(out var next)) await WriteAsync(next);
        }
        finally
        {
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        async Task WriteAsync(Task<BulkLineBody> line)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(await line, GatewayJson.Wire.BulkLineBody);
            await http.Response.BodyWriter.WriteAsync((byte[])[.. json, (byte)'\n'], http.RequestAborted);
        }
    }

    private async Task<BulkLineBody> DecideAsync(HttpContext http, CommandHeaders headers, int number, ReadOnlyMemory<byte> line)
    {
        using var activity = GatewayTelemetry.Start(Operations.Create);
        var startedAt = time.GetTimestamp();
        CommandRequest? request = null;
        CommandResult? result = null;
        Refusal? refusal;
        try
        {
            // As the id of a job comes from two names, this key does: no other call and no other line has it.
            var key = JobRequestId.Derive(headers.Key!, number.ToString(CultureInfo.InvariantCulture));
            (request, refusal) = await reader.ReadLineAsync(http, headers, key, line);
            if (request is not null) result = await executor.ExecuteAsync(request, http.RequestAborted);
        }
        catch (Exception exception) when (!http.RequestAborted.IsCancellationRequested)
        {
            // As in FaultMiddleware: it happened before the command was published.
            Failed(logger, exception, number);
            refusal = new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered());
        }

        if (result is not null)
        {
            var (success, problem) = answers.Describe(Tracing.IdOf(http), request!, result);
            return problem is null ? BulkLineBody.Of(number, success!) : Logged(BulkLineBody.Of(number, problem));
        }

        telemetry.Answered(Operations.Create, Outcomes.Refused, refusal!.Type.Code, startedAt);
        return Logged(BulkLineBody.Of(
            number, ProblemWriter.BodyOf(refusal, http.Request.Path.ToUriComponent(), jobRequestId: null, Tracing.IdOf(http), isCommand: true)));

        BulkLineBody Logged(BulkLineBody refused)
        {
            log.Answered(http.User.ToCaller().Person, http.Connection.RemoteIpAddress, http.Request.Method, http.Request.Path, refused.Problem!);
            return refused;
        }
    }

    [LoggerMessage(LogLevel.Error, "Unexpected failure of line {Line} of a bulk; answered as unavailable.")]
    private static partial void Failed(ILogger logger, Exception exception, int line);
}
