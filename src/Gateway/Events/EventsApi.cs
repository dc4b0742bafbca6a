namespace JobRequests.Gateway.Events;

/// <summary>The routes of the live feeds.</summary>
internal static class EventsApi
{
    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/events", ReadAll).AsFeed(
            "followJobs", "Follow all jobs",
            "Every event of every job that the caller may see, as it happens. The ids are opaque cursors in the feed: a client that comes back with "
                + "Last-Event-ID, at any "
            + "gateway, goes on where it was. An event reload says that it was away for too long: what it knows has to be read again, and the feed goes on "
            + "from there.",
            OperationProblems.OfQuestion);
        routes.MapGet("/v1/job-requests/{id}/events", ReadJob).AsFeed(
            "followJob", "Follow a job",
            "The events of one job, from the first on or from after Last-Event-ID, then as they happen. The ids are {job}:{version}.",
            OperationProblems.OfJobQuestion);
        // Not in the OpenAPI document: only a browser's own EventSource has a use for the cookie.
        routes.MapPost(FeedCookie.Route, static (HttpContext http, TimeProvider time) => FeedCookie.SetAsync(http, time))
            .WithMetadata(new QueryParameters())
            .ExcludeFromDescription();
        routes.MapDelete(FeedCookie.Route, static (HttpContext http) => FeedCookie.DeleteAsync(http))
            .WithMetadata(new QueryParameters())
            .ExcludeFromDescription();
        return routes;
    }

    private static Task ReadAll(HttpContext http, EventStreams streams) => streams.WriteAllAsync(http);

    private static Task ReadJob(HttpContext http, string id, EventStreams streams) => streams.WriteJobAsync(http, id);
}
