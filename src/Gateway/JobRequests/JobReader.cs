using System.Globalization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>Reads of one job. A job that the caller may not know of reads like one that does not exist.</summary>
internal sealed partial class JobReader(IJobRequests jobs, SiloQuestions silos, ViewLagHeader lag, IOptions<GatewayOptions> options, ILogger<JobReader> logger)
{
    public async Task WriteJobAsync(HttpContext http, string id)
    {
        if (!JobRequestId.IsWellFormed(id))
        {
            await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.JobRequestNotFound));
            return;
        }

        if (!TryReadQuery(http.Request.Query, out var strong, out var minVersion, out var refusal))
        {
            await ProblemWriter.WriteAsync(http, refusal!, id);
            return;
        }

        var caller = http.User.ToCaller();
        await AnswerAsync(http, id, () => strong ? jobs.ReadAsync(id, caller) : ReadViewAsync(http.Response, id, caller, minVersion), WriteAsync);
    }

    public Task WriteHistoryAsync(HttpContext http, string id) => JobRequestId.IsWellFormed(id)
        ? AnswerAsync(http, id, () => jobs.ReadHistoryAsync(id, http.User.ToCaller()), WriteAsync)
        : ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.JobRequestNotFound));

    private async Task<JobSnapshot?> ReadViewAsync(HttpResponse response, string id, Caller caller, int minVersion)
    {
        JobSnapshot? view = null;
        try
        {
            view = await jobs.ReadViewAsync(id, caller, minVersion, options.Value.ViewWait);
        }
        catch (Exception exception)
        {
            ViewFailed(logger, exception, id);
        }

        // The view follows the job: where it has nothing, or not yet enough, the job itself is asked.
        if (view is null || view.Version < minVersion) return await jobs.ReadAsync(id, caller) ?? view;
        await lag.WriteAsync(response);
        return view;
    }

    private async Task AnswerAsync<T>(HttpContext http, string id, Func<Task<T?>> read, Func<HttpContext, T, Task> write)
        where T : class
    {
        if (await silos.AskAsync(http, "a job", _ => read(), id) is not { Content: var found }) return;
        if (found is null) await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.JobRequestNotFound), id);
        else await write(http, found);
    }

    private static Task WriteAsync(HttpContext http, JobSnapshot job) => IsKnown(http, job.Version)
        ? Task.CompletedTask
        : http.Response.WriteAsJsonAsync(JobBody.From(job), GatewayJson.Wire.JobBody, contentType: null, http.RequestAborted);

    private static Task WriteAsync(HttpContext http, JobHistory history) => IsKnown(http, history.Version)
        ? Task.CompletedTask
        : http.Response.WriteAsJsonAsync(HistoryBody.From(history), GatewayJson.Wire.HistoryBody, contentType: null, http.RequestAborted);

    /// <summary>Sets the headers of a job's version, and 304 where the caller has it.</summary>
    private static bool IsKnown(HttpContext http, int version)
    {
        var response = http.Response;
        response.Headers.ETag = VersionTag.Format(version);

        // Each caller sees another part of the job.
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.Vary = "Authorization";
        if (!VersionTag.IsNamedBy(http.Request.Headers.IfNoneMatch, version)) return false;
        response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    private static bool TryReadQuery(IQueryCollection query, out bool strong, out int minVersion, out Refusal? refusal)
    {
        minVersion = 0;
        refusal = null;
        var consistency = query["consistency"];
        strong = consistency.Count == 1 && consistency[0] == "strong";
        if (consistency.Count > 0 && !strong) refusal = Refusal.Field("consistency", "must be strong, or left out");
        var minimum = query["minVersion"];
        if (minimum.Count > 1 || (minimum.Count == 1 && !int.TryParse(minimum[0], NumberStyles.None, CultureInfo.InvariantCulture, out minVersion)))
            refusal = Refusal.Field("minVersion", "must be one version, a whole number");
        return refusal is null;
    }

    [LoggerMessage(LogLevel.Warning, "The view of job {JobRequestId} could not be read; asking the job.")]
    private static partial void ViewFailed(ILogger logger, Exception exception, string jobRequestId);
}
