using JobRequests.Domain;
using JobRequests.Gateway.Identity;
using JobRequests.Gateway.JobRequests;
using JobRequests.Gateway.Json;
using JobRequests.Gateway.Limits;
using JobRequests.Gateway.Problems;
using JobRequests.Gateway.Requests;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Explanations;

/// <summary>Shows a job's ledger to its requester and to administrators.</summary>
internal sealed partial class JobTimelineReader(IJobRequests jobs, IOptions<GatewayOptions> options, TimeProvider time, ILogger<JobTimelineReader> logger)
{
    public async Task WriteAsync(HttpContext http, string id)
    {
        if (!JobRequestId.IsWellFormed(id))
        {
            await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.JobRequestNotFound));
            return;
        }

        JobTimeline? timeline;
        try
        {
            timeline = await jobs.ReadTimelineAsync(id, http.User.ToCaller()).WaitAsync(options.Value.ReadTimeout, time, http.RequestAborted);
        }
        catch (Exception exception) when (!http.RequestAborted.IsCancellationRequested)
        {
            ReadFailed(logger, exception, id);
            await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered()), id);
            return;
        }

        if (timeline is null)
        {
            await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.JobRequestNotFound), id);
        }
        else if (timeline.Entries is null)
        {
            // A candidate knows that the job exists; what the others did is not theirs to see.
            await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.OfRejection(Rejections.NotAllowed.Code)), id);
        }
        else
        {
            http.Response.Headers.CacheControl = "private, no-cache";
            http.Response.Headers.Vary = "Authorization";
            await http.Response.WriteAsJsonAsync(JobTimelineBody.From(timeline), GatewayJson.Wire.JobTimelineBody, contentType: null, http.RequestAborted);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The ledger of job {JobRequestId} could not be read.")]
    private static partial void ReadFailed(ILogger logger, Exception exception, string jobRequestId);
}
