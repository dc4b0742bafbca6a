using Microsoft.OpenApi;

namespace JobRequests.Gateway.JobRequests;

/// <summary>The routes of job requests.</summary>
internal static class JobRequestsApi
{
    public static RouteGroupBuilder MapJobRequests(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/job-requests");

        foreach (var route in CommandRoute.All) MapCommand(group, route);
        group.MapPost("/bulk", CreateJobs).AsBulk<CreateJobRequest, BulkLineBody>(
            "createJobs", "Offer many jobs",
            $"Each line of the body is a create (NDJSON), at most {BulkEndpoint.MaxLines} lines of at most 5 MB together. Each line is decided by itself and "
            + "answered in a line, in the same order. The same call again gives the same answers: the key of a line comes from the key of the call and the "
            + "number of the line.");
        group.MapGet("/", ListJobs).AsListRead<JobListBody>(
            "listJobs", "List jobs",
            "The jobs that the caller requested or is a candidate of, all of them for an administrator, newest first, each as reading it shows it. "
            + "A page may hold fewer than limit, even none, while next is not null: go on with it. View-Lag-Ms says how far the list may be behind.",
            new ParameterDescription("status", "Only jobs of this status."),
            new ParameterDescription("candidate", "me: only jobs that the caller is a candidate of. An administrator may name anybody."),
            new ParameterDescription(
                "standing", "Only jobs in which the candidate (the caller, when left out) has an offer to answer, is on standby, or is the winner."),
            new ParameterDescription("requester", "me: only jobs that the caller requested. An administrator may name anybody."),
            new ParameterDescription("startsFrom", "Only jobs that start then or later."),
            new ParameterDescription("startsTo", "Only jobs that start before that."),
            new ParameterDescription("q", "Only jobs whose title contains this, whatever the case of the letters."),
            new ParameterDescription(QueryParameters.AnyMetadata, "Only jobs whose metadata has this value under KEY, for example metadata.team=night."),
            new ParameterDescription("previous", "Only jobs that repeat this one: those that were created with it as previous."),
            new ParameterDescription("cursor", "next of the page before, with the same filters."),
            new ParameterDescription("limit", "At most so many, 1 to 200; 50 when left out."));
        group.MapGet("/counts", CountJobs).AsListRead<JobCountsBody>(
            "countJobs", "Count jobs by status",
            "How many of the jobs that the caller may see have which status. Where complete is false, only the newest 10,000 were counted.",
            new ParameterDescription("candidate", "me: only jobs that the caller is a candidate of. An administrator may name anybody."),
            new ParameterDescription("requester", "me: only jobs that the caller requested. An administrator may name anybody."));
        group.MapGet("/{id}", ReadJob).AsJobRead<JobBody>(
            "readJob", "Read a job", "The job as the caller may see it. If-None-Match with the ETag is answered with 304 while nothing has changed.",
            new ParameterDescription("consistency", "strong asks the job itself instead of the view."),
            new ParameterDescription("minVersion", "Wait until the view has this version."),
            new ParameterDescription("If-None-Match", "The ETag of an earlier answer.", ParameterLocation.Header)).WithMetadata(new ConditionalDescription());
        group.MapGet("/{id}/history", ReadHistory)
            .AsJobRead<HistoryBody>("readJobHistory", "Read a job's events", "What happened, oldest first, as the caller may see it.",
            new ParameterDescription("If-None-Match", "The ETag of an earlier answer.", ParameterLocation.Header)).WithMetadata(new ConditionalDescription());
        return group;
    }

    // The OpenAPI document reads an endpoint's parameters off its handler.
    private static void MapCommand(RouteGroupBuilder group, CommandRoute route)
    {
        Delegate handle = route.IsCreate ? (HttpContext http, CommandEndpoint commands) => commands.HandleAsync(http, route)
            : route.HasTask ? (HttpContext http, string id, string task, CommandEndpoint commands) => commands.HandleAsync(http, route, id, task)
            : (HttpContext http, string id, CommandEndpoint commands) => commands.HandleAsync(http, route, id);
        group.MapPost(route.Path, handle).AsCommand(route);
    }

    private static Task CreateJobs(HttpContext http, BulkEndpoint bulk) => bulk.HandleAsync(http);

    private static Task ListJobs(HttpContext http, JobLister lister) => lister.WriteListAsync(http);

    private static Task CountJobs(HttpContext http, JobLister lister) => lister.WriteCountsAsync(http);

    private static Task ReadJob(HttpContext http, string id, JobReader reader) => reader.WriteJobAsync(http, id);

    private static Task ReadHistory(HttpContext http, string id, JobReader reader) => reader.WriteHistoryAsync(http, id);
}
