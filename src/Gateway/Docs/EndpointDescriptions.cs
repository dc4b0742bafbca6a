using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>What endpoints say about themselves in the OpenAPI document.</summary>
internal static class EndpointDescriptions
{
    /// <summary>A command. Its 200, 201 and 202 have one schema, which <c>outcome</c> discriminates.</summary>
    public static RouteHandlerBuilder AsCommand(this RouteHandlerBuilder endpoint, CommandRoute route)
    {
        if (route.IsCreate) endpoint.Produces<SuccessBody>(StatusCodes.Status201Created);
        return endpoint
            .Describe(OperationKind.Command, "Commands", route.Name, route.Summary, route.Description, OperationProblems.OfCommand(route))
            .Accepts(route.Body.Type, isOptional: !route.NeedsBody, "application/json")
            .Produces<DryRunBody>(StatusCodes.Status200OK)
            .Produces<ProblemBody>(StatusCodes.Status202Accepted)
            .WithMetadata(new CommandDescription(route.Operation, JsonNode.Parse(route.Example)));
    }

    /// <summary>Many commands in one call, a line each (NDJSON).</summary>
    public static RouteHandlerBuilder AsBulk<TLine, TAnswer>(this RouteHandlerBuilder endpoint, string name, string summary, string description)
        where TLine : notnull => endpoint
        .Describe(OperationKind.Bulk, "Commands", name, summary, description, OperationProblems.OfBulk)
        .Accepts<TLine>(BodyReader.Ndjson)
        .Produces<TAnswer>(StatusCodes.Status200OK, BodyReader.Ndjson);

    /// <summary>A question about a job.</summary>
    public static RouteHandlerBuilder AsJobRead<TAnswer>(
        this RouteHandlerBuilder endpoint, string name, string summary, string description, params ParameterDescription[] parameters) =>
        endpoint.AsRead<TAnswer>(OperationKind.Job, name, summary, description, OperationProblems.OfJobQuestion, parameters);

    /// <summary>A question about many jobs.</summary>
    public static RouteHandlerBuilder AsListRead<TAnswer>(
        this RouteHandlerBuilder endpoint, string name, string summary, string description, params ParameterDescription[] parameters) =>
        endpoint.AsRead<TAnswer>(OperationKind.List, name, summary, description, OperationProblems.OfQuestion, parameters);

    /// <summary>A question about a request.</summary>
    public static RouteHandlerBuilder AsRequestRead<TAnswer>(
        this RouteHandlerBuilder endpoint, OperationKind kind, string name, string summary, string description, params ParameterDescription[] parameters) =>
        endpoint.AsRead<TAnswer>(kind, name, summary, description, OperationProblems.OfRequestQuestion, parameters);

    /// <summary>For administrators.</summary>
    public static RouteHandlerBuilder AsAdministration<TAnswer>(
        this RouteHandlerBuilder endpoint, string name, string summary, string description, ImmutableArray<ProblemType> problems,
        params ParameterDescription[] parameters) =>
        endpoint.Describe(OperationKind.Operator, "Operations", name, summary, description, problems, parameters).Produces<TAnswer>(StatusCodes.Status200OK);

    /// <summary>An answer that continues: server-sent events.</summary>
    public static RouteHandlerBuilder AsFeed(
        this RouteHandlerBuilder endpoint, string name, string summary, string description, ImmutableArray<ProblemType> problems) => endpoint
        .Describe(
            OperationKind.Feed, "Live", name, summary, description, problems,
            new ParameterDescription(
                EventStreams.LastEventId, "The id of the last event that the client has seen: what came after it is told first.", ParameterLocation.Header),
            new ParameterDescription(
                EventStreams.LastEventIdParameter, "The same, for clients that cannot send the header; the header counts where both are sent."))
        .WithMetadata(new TakesFeedCookie())
        .Produces<FeedEventBody>(StatusCodes.Status200OK, EventStreamWriter.ContentType);

    public static string Name(IEnumerable<ProblemType> types) => string.Join("\n", types.Select(type => $"- `{type.Name}`: {type.Title}"));

    public static string Describe(IEnumerable<ProblemType> types) =>
        string.Join("\n", types.Select(type => $"- `{type.Name}`: {type.Title}. {type.Description}"));

    private static RouteHandlerBuilder AsRead<TAnswer>(
        this RouteHandlerBuilder endpoint, OperationKind kind, string name, string summary, string description, ImmutableArray<ProblemType> problems,
        ParameterDescription[] parameters) =>
        endpoint.Describe(kind, "Reads", name, summary, description, problems, parameters).Produces<TAnswer>(StatusCodes.Status200OK);

    private static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder endpoint, OperationKind kind, string tag, string name, string summary, string description,
        ImmutableArray<ProblemType> problems, params ParameterDescription[] parameters)
    {
        string[] query = kind == OperationKind.Command
            ? [DryRun.Parameter]
            : [.. parameters.Where(static parameter => parameter.Place == ParameterLocation.Query).Select(static parameter => parameter.Name)];
        endpoint.WithMetadata(new QueryParameters(query));
        endpoint.WithName(name)
            .WithTags(tag)
            .WithSummary(summary)
            .WithDescription(description)
            .WithMetadata(kind, new ProblemsDescription(problems))
            .WithMetadata([.. parameters]);
        return endpoint;
    }
}
