using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>Marks an endpoint as a command for the OpenAPI document.</summary>
/// <param name="Operation">One of <see cref="Operations"/>.</param>
/// <param name="Example">A body that works.</param>
internal sealed record CommandDescription(string Operation, JsonNode? Example);

/// <summary>A parameter of an endpoint that reads its query and headers itself. What it looks like is in the <see cref="Vocabulary"/>.</summary>
/// <remarks>It has no example: the pages that try requests out send examples as they are, and a value that was made up is refused.</remarks>
internal sealed record ParameterDescription(string Name, string Description, ParameterLocation Place = ParameterLocation.Query, bool Required = false);

/// <summary>The problems that an endpoint can answer with.</summary>
internal sealed record ProblemsDescription(ImmutableArray<ProblemType> Types);

/// <summary>Marks an endpoint that knows <c>If-None-Match</c>.</summary>
internal sealed record ConditionalDescription;
