using System.Text.Json.Nodes;
using JobRequests.Gateway.Problems;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>Completes what the endpoints' signatures do not say: headers, query, examples, and which problems a status can mean.</summary>
internal static class OperationDescription
{
    private static readonly (string Name, string Description, string Example, bool Required)[] CommandHeaders =
    [
        ("Idempotency-Key", "New for each new command, the same for each repeat of it: 1 to 64 of A-Z a-z 0-9 _ -. Not needed with dryRun.", "0b9f2c1e-7d43-4a56-9a3e-2f4f7c1d8a10", true),
        ("Prefer", "wait=N waits N seconds for the outcome; respond-async does not wait; handling=strict refuses a request in progress instead of joining it.", "wait=5", false),
        ("If-Match", "Only if the job is still at this version, else 412.", "\"1\"", false),
        ("Request-Deadline", "The command is never executed after this time.", "2030-01-01T00:00:00.000Z", false),
    ];

    public static void Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        DescribePath(operation);
        foreach (var query in metadata.OfType<QueryParameterDescription>()) operation.Parameters.Add(Parameter(ParameterLocation.Query, query.Name, query.Description, query.Example, required: false));
        foreach (var header in metadata.OfType<HeaderDescription>()) operation.Parameters.Add(Parameter(ParameterLocation.Header, header.Name, header.Description, header.Example, required: false));
        if (metadata.OfType<CommandDescription>().FirstOrDefault() is { } command) DescribeCommand(operation, command);
        DescribeProblems(operation, context.Document);
    }

    private static void DescribeCommand(OpenApiOperation operation, CommandDescription command)
    {
        foreach (var (name, description, example, required) in CommandHeaders) operation.Parameters!.Add(Parameter(ParameterLocation.Header, name, description, example, required));
        operation.Parameters!.Add(Parameter(ParameterLocation.Query, "dryRun", "true: say what the command would lead to, store nothing.", "false", required: false));
        if (operation.RequestBody?.Content?.TryGetValue("application/json", out var body) == true) body.Example = command.Example;
        foreach (var status in new[] { "200", "201" })
        {
            if (operation.Responses?.TryGetValue(status, out var response) != true || response is not OpenApiResponse success) continue;
            success.Description = "SUCCESS: durable, published, and told to everybody who may know.";
            success.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["ETag"] = Header("The job's version, for If-Match and If-None-Match."),
                ["Idempotency-Key"] = Header("The key that was sent."),
                ["Idempotency-Replayed"] = Header("true on the answer of an earlier attempt."),
                ["Preference-Applied"] = Header("Which preferences were followed."),
            };
            if (status == "201") success.Headers["Location"] = Header("The new job.");
        }
    }

    private static void DescribeProblems(OpenApiOperation operation, OpenApiDocument? document)
    {
        foreach (var (status, response) in operation.Responses ?? [])
        {
            var types = ProblemTypes.All.Where(type => ProblemExamples.IsToldAs(type, status)).ToList();
            if (types.Count == 0 || response is not OpenApiResponse problem || problem.Content is null) continue;
            problem.Description = EndpointDescriptions.Name(types);
            foreach (var (_, content) in problem.Content)
                content.Examples = types.ToDictionary(type => type.Name, type => (IOpenApiExample)new OpenApiExampleReference(ProblemExamples.NameOf(type, status), document));
            if (status is "202" or "429" or "503" or "504")
                problem.Headers = new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = Header("Seconds.") };
            if (status is "202" or "503" && problem.Headers is { } headers) headers["Estimated-Decision-In"] = Header("Seconds that a command sent now would wait for its decision, where that is known.");
        }
    }

    private static void DescribePath(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Parameters!.OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Path))
        {
            (parameter.Description, parameter.Example) = parameter.Name switch
            {
                "id" => ("The job request.", ProblemExamples.Job),
                "task" => ("The task's id.", "t1"),
                _ => ("The idempotency key.", "k1"),
            };
        }
    }

    private static OpenApiParameter Parameter(ParameterLocation place, string name, string description, string example, bool required) => new()
    {
        In = place,
        Name = name,
        Description = description,
        Required = required,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = JsonValue.Create(example),
    };

    private static OpenApiHeader Header(string description) => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
