using System.Text.Json.Nodes;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Docs;

/// <summary>Marks an endpoint as a command for the OpenAPI document.</summary>
/// <param name="Operation">One of <see cref="Operations"/>.</param>
/// <param name="Example">A body that works.</param>
internal sealed record CommandDescription(string Operation, JsonNode? Example);

/// <summary>A header of an endpoint that reads its headers itself.</summary>
internal sealed record HeaderDescription(string Name, string Description, string Example);

/// <summary>A query parameter of an endpoint that reads its query itself.</summary>
internal sealed record QueryParameterDescription(string Name, string Description, string Example);
