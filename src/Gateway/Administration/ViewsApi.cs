using System.Collections.Immutable;

namespace JobRequests.Gateway.Administration;

/// <summary>What administrators do with the views.</summary>
internal static class ViewsApi
{
    private const string Rebuild = "/v1/admin/views/rebuild";

    public static void MapViews(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Rebuild, static (HttpContext http, ViewRebuilds rebuilds) => rebuilds.StartAsync(http))
            .RequireAdministrator()
            .AsAdministration<ViewRebuildBody>(
                "rebuildViews",
                "Rebuild the views",
                "Makes the views again from the job documents, while they are read and written. Answers at once; one that is running already is told, not "
                    + "begun again. For administrators.",
                OperationProblems.OfOperatorCommand);
        routes.MapGet(Rebuild, static (HttpContext http, ViewRebuilds rebuilds) => rebuilds.ReadAsync(http))
            .RequireAdministrator()
            .AsAdministration<ViewRebuildBody>("readViewRebuild", "How a rebuild of the views is getting on",
                "The one that was begun last. For administrators.", OperationProblems.OfOperator);
    }
}

/// <param name="State"><c>Idle</c>, <c>Running</c>, <c>Done</c> or <c>Failed</c>: then the views are as they were.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Jobs">Jobs whose views were made.</param>
/// <param name="Repaired">How many of the views before were not what their documents say.</param>
/// <param name="Different">Some of these jobs.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record ViewRebuildBody(
    string State, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, long Jobs, long Repaired, ImmutableArray<string> Different, string? Error)
{
    public static ViewRebuildBody From(ViewRebuildStatus status) =>
        new(status.State.ToString(), status.StartedAt, status.EndedAt, status.Jobs, status.Repaired, status.Different, status.Error);
}

/// <summary>Asks the one grain that rebuilds.</summary>
internal sealed class ViewRebuilds(IJobRequests jobs, SiloQuestions silos)
{
    public Task StartAsync(HttpContext http) => AnswerAsync(http, jobs.StartViewRebuildAsync);

    public Task ReadAsync(HttpContext http) => AnswerAsync(http, jobs.ReadViewRebuildAsync);

    private async Task AnswerAsync(HttpContext http, Func<Task<ViewRebuildStatus>> ask)
    {
        if (await silos.AskAsync(http, "the rebuild of the views", _ => ask()) is not { Content: var status }) return;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsJsonAsync(ViewRebuildBody.From(status), GatewayJson.Wire.ViewRebuildBody, contentType: null, http.RequestAborted);
    }
}
