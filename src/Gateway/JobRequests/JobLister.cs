using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace JobRequests.Gateway.JobRequests;

/// <summary>Lists and counts of the jobs that the caller may see.</summary>
internal sealed class JobLister(IJobRequests jobs, SiloQuestions silos, ViewLagHeader lag)
{
    public async Task WriteListAsync(HttpContext http)
    {
        var caller = http.User.ToCaller();
        if (!JobListQuery.TryRead(http.Request.Query, caller, out var query, out var refusal))
        {
            await ProblemWriter.WriteAsync(http, refusal!);
            return;
        }

        if (await ReadAsync(http, jobs.ListAsync, query, caller) is not { } page) return;
        var next = page.Next is { } position ? JobListCursor.Write(position, query, caller) : null;
        if (next is not null) http.Response.Headers.Link = $"<{NextAddress(http.Request, next)}>; rel=\"next\"";
        await http.Response.WriteAsJsonAsync(
            new JobListBody([.. page.Jobs.Select(JobBody.From)], next), GatewayJson.Wire.JobListBody, contentType: null, http.RequestAborted);
    }

    public async Task WriteCountsAsync(HttpContext http)
    {
        var caller = http.User.ToCaller();
        if (!JobListQuery.TryReadFilters(http.Request.Query, caller, out var query, out var refusal)) await ProblemWriter.WriteAsync(http, refusal!);
        else if (await ReadAsync(http, jobs.CountAsync, query, caller) is { } counts)
            await http.Response.WriteAsJsonAsync(JobCountsBody.From(counts), GatewayJson.Wire.JobCountsBody, contentType: null, http.RequestAborted);
    }

    /// <returns>Null when the request was answered with a problem.</returns>
    private async Task<T?> ReadAsync<T>(HttpContext http, Func<JobQuery, Caller, CancellationToken, Task<T>> read, JobQuery query, Caller caller)
        where T : class
    {
        if (await silos.AskAsync(http, "a list of jobs", stop => read(query, caller, stop)) is not { Content: var found }) return null;

        // Each caller sees other jobs, and other parts of them.
        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers.Vary = "Authorization";
        await lag.WriteAsync(http.Response);
        return found;
    }

    private static string NextAddress(HttpRequest request, string cursor)
    {
        var query = request.Query.Where(static parameter => !string.Equals(parameter.Key, "cursor", StringComparison.OrdinalIgnoreCase))
            .Append(KeyValuePair.Create("cursor", new StringValues(cursor)));
        return QueryHelpers.AddQueryString(request.PathBase + request.Path, query);
    }
}
