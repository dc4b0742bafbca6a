using System.Text.Json.Nodes;
using JobRequests.Gateway.Events;
using JobRequests.Gateway.JobRequests;
using JobRequests.Gateway.Problems;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Docs;

/// <summary>What endpoints say about themselves in the OpenAPI document.</summary>
internal static class EndpointDescriptions
{
    /// <summary>What any command can be answered with besides success.</summary>
    public static readonly IReadOnlyList<int> ProblemStatuses =
        [.. ProblemTypes.All.Select(type => type.Status).Where(status => status != StatusCodes.Status405MethodNotAllowed).Distinct().Order()];

    public static RouteHandlerBuilder AsCommand<TBody>(this RouteHandlerBuilder endpoint, string operation, string summary, string description, string? example = null)
        where TBody : notnull
    {
        var isCreate = operation == Operations.Create;
        endpoint
            .WithName(operation)
            .WithTags("Commands")
            .WithSummary(summary)
            .WithDescription(description)
            .Accepts<TBody>(isOptional: !isCreate, "application/json")
            .Produces<SuccessBody>(isCreate ? StatusCodes.Status201Created : StatusCodes.Status200OK)
            .Produces<ProblemBody>(StatusCodes.Status202Accepted, "application/json")
            .WithMetadata(new CommandDescription(operation, example is null ? new JsonObject() : JsonNode.Parse(example)));
        foreach (var status in ProblemStatuses) endpoint.Produces<ProblemBody>(status, ProblemWriter.ContentType);
        return endpoint;
    }

    public static RouteHandlerBuilder AsRead<TAnswer>(this RouteHandlerBuilder endpoint, string name, string summary, string description, params QueryParameterDescription[] query)
    {
        endpoint
            .WithName(name)
            .WithTags("Reads")
            .WithSummary(summary)
            .WithDescription(description)
            .Produces<TAnswer>(StatusCodes.Status200OK);
        foreach (var parameter in query) endpoint.WithMetadata(parameter);
        int[] problems = [400, 401, 404, 429, 503];
        foreach (var status in problems) endpoint.Produces<ProblemBody>(status, ProblemWriter.ContentType);
        return endpoint;
    }

    /// <summary>A read for administrators.</summary>
    public static RouteHandlerBuilder AsAdministration<TAnswer>(this RouteHandlerBuilder endpoint, string name, string summary, string description)
    {
        endpoint.WithName(name).WithTags("Operations").WithSummary(summary).WithDescription(description).Produces<TAnswer>(StatusCodes.Status200OK);
        int[] problems = [401, 403, 429, 503];
        foreach (var status in problems) endpoint.Produces<ProblemBody>(status, ProblemWriter.ContentType);
        return endpoint;
    }

    /// <summary>An answer that goes on: server-sent events.</summary>
    public static RouteHandlerBuilder AsFeed(this RouteHandlerBuilder endpoint, string name, string summary, string description, string lastEventId)
    {
        endpoint
            .WithName(name)
            .WithTags("Live")
            .WithSummary(summary)
            .WithDescription(description)
            .WithMetadata(new HeaderDescription(EventStreams.LastEventId, "The id of the last event that the client has seen: what came after it is told first.", lastEventId))
            .Produces<FeedEventBody>(StatusCodes.Status200OK, EventStreamWriter.ContentType);
        int[] problems = [400, 401, 404, 429, 503];
        foreach (var status in problems) endpoint.Produces<ProblemBody>(status, ProblemWriter.ContentType);
        return endpoint;
    }

    public static string Name(IEnumerable<ProblemType> types) => string.Join("\n", types.Select(type => $"- `{type.Name}`: {type.Title}"));

    public static string Describe(IEnumerable<ProblemType> types) => string.Join("\n", types.Select(type => $"- `{type.Name}`: {type.Title}. {type.Description}"));
}
