namespace JobRequests.Gateway.JobRequests;

/// <summary>Shows a job's ledger to its requester and to administrators.</summary>
internal sealed class JobTimelineReader(IJobRequests jobs, SiloQuestions silos)
{
    public async Task WriteAsync(HttpContext http, string id)
    {
        if (!JobRequestId.IsWellFormed(id))
        {
            await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.JobRequestNotFound));
            return;
        }

        if (await silos.AskAsync(http, "a timeline", _ => jobs.ReadTimelineAsync(id, http.User.ToCaller()), id) is not { Content: var timeline }) return;
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
}
