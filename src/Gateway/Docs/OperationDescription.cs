using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>Completes what the endpoints' signatures do not say: parameters, headers, examples, links, and which problems a status can mean.</summary>
internal static class OperationDescription
{
    private const string Json = "application/json";

    private static readonly ParameterDescription[] CommandParameters =
    [
        new("Idempotency-Key", "New for each new command, the same for each repeat of it, for example a random UUID. Ignored with dryRun.",
            ParameterLocation.Header, Required: true),
        new("Prefer",
            "wait=N waits N seconds for the outcome; respond-async does not wait; handling=strict refuses a request in progress instead of joining it.",
            ParameterLocation.Header),
        new("If-Match", "Only if the job is still at this version, else 412.", ParameterLocation.Header),
        new("Request-Deadline", "The command is never executed after this time.", ParameterLocation.Header),
        new("dryRun", "true: say what the command would lead to, store nothing."),
    ];

    private static readonly Dictionary<string, string> PathParameters = new(StringComparer.Ordinal)
    {
        ["id"] = "The job: jobRequestId in the answer to its create.",
        ["task"] = "The task's id.",
        ["key"] = "The idempotency key.",
    };

    // The next request after an answer: its operation, and where its parameters come from.
    private static readonly (string Status, string Operation, (string Name, string Value)[] Parameters)[] CommandLinks =
    [
        ("201", "readJob", [("id", "$response.body#/jobRequestId")]),
        ("201", "acceptJob", [("id", "$response.body#/jobRequestId")]),
        ("200", "readJob", [("id", "$response.body#/jobRequestId")]),
        ("202", "readRequestState", [("key", "$response.header.Idempotency-Key"), ("job", "$response.body#/jobRequestId")]),
    ];

    public static void Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var kind = metadata.OfType<OperationKind>().First();
        var command = metadata.OfType<CommandDescription>().FirstOrDefault();
        var document = context.Document!;

        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
        {
            parameter.Description = PathParameters[parameter.Name!];
            parameter.Schema = Vocabulary.Of(operation.OperationId!, parameter.Name!).ToSchema(document);
        }

        foreach (var parameter in ParametersOf(kind).Concat(metadata.OfType<ParameterDescription>()))
            operation.Parameters.Add(Parameter(operation.OperationId!, parameter, document));

        operation.Responses ??= [];
        if (command is not null) DescribeCommand(operation, command, document);
        else DescribeAnswer(operation);
        if (metadata.OfType<ConditionalDescription>().Any())
            operation.Responses["304"] = new OpenApiResponse { Description = "Nothing has changed since the version in If-None-Match." };
        DescribeProblems(operation, context, kind, command, [.. metadata.OfType<ProblemsDescription>().Last().Types]);
        foreach (var (status, response) in operation.Responses)
            if (response is OpenApiResponse own) own.Headers = AnswerHeaders.Of(kind, status, document);
    }

    private static IEnumerable<ParameterDescription> ParametersOf(OperationKind kind) => kind switch
    {
        OperationKind.Command => CommandParameters,
        // A new job has no version, and dryRun is for one command.
        OperationKind.Bulk => CommandParameters.Where(static parameter => parameter.Name is not ("If-Match" or DryRun.Parameter)),
        _ => [],
    };

    private static void DescribeCommand(OpenApiOperation operation, CommandDescription command, OpenApiDocument document)
    {
        if (operation.RequestBody is OpenApiRequestBody body)
        {
            body.Description = "At most 64 KB of JSON in UTF-8.";
            body.Content![Json].Example = command.Example?.DeepClone();
        }

        var isCreate = command.Operation == Operations.Create;
        Answer(operation.Responses!["200"],
            isCreate ? "What would happen, with dryRun=true." : "It is done: durable, and published. Or, with dryRun=true, what would happen.",
            isCreate ? [AnswerExamples.Tried(command.Operation)] : [AnswerExamples.Done(command.Operation), AnswerExamples.Tried(command.Operation)]);
        if (isCreate) Answer(operation.Responses["201"], "The job is offered: durable, and published.", [AnswerExamples.Done(command.Operation)]);
        Answer(operation.Responses["202"], "TIMEOUT: no decision yet, for who sent Prefer: wait or respond-async.", []);
        foreach (var status in operation.Responses.Keys.Where(static status => status[0] == '2'))
        {
            var response = (OpenApiResponse)operation.Responses[status];
            response.Content![Json].Schema = new OpenApiSchemaReference(CommandAnswer.Name, document);
            response.Links = CommandLinks.Where(link => link.Status == status && !(isCreate && status == "200"))
                .ToDictionary(static link => link.Operation, static link => (IOpenApiLink)new OpenApiLink
                {
                    OperationId = link.Operation,
                    Parameters = link.Parameters.ToDictionary(static parameter => parameter.Name,
                    static parameter => new RuntimeExpressionAnyWrapper { Expression = RuntimeExpression.Build(parameter.Value) }),
                });
        }
    }

    private static void DescribeAnswer(OpenApiOperation operation)
    {
        var response = (OpenApiResponse)operation.Responses!["200"];
        response.Description = operation.Summary;
        foreach (var content in response.Content!.Values) content.Examples = AnswerExamples.Of(operation.OperationId!);
    }

    private static void DescribeProblems(OpenApiOperation operation, OpenApiOperationTransformerContext context, OperationKind kind,
        CommandDescription? command, IReadOnlyList<ProblemType> types)
    {
        var document = context.Document!;
        var isPost = context.Description.HttpMethod == HttpMethods.Post;
        var address = AddressOf(context.Description.RelativePath!);
        var examples = context.ApplicationServices.GetRequiredService<ProblemExamples>();
        if (command is not null) AddExamples("202", operation.Responses!["202"].Content![Json]);
        foreach (var status in types.Select(static type => type.Status)
            .Distinct()
            .Order()
            .Select(static status => status.ToString(CultureInfo.InvariantCulture)))
        {
            var content = new OpenApiMediaType { Schema = new OpenApiSchemaReference(nameof(ProblemBody)[..^"Body".Length], document) };
            AddExamples(status, content);
            operation.Responses![status] = new OpenApiResponse
            {
                Description = EndpointDescriptions.Name(types.Where(type => ProblemExamples.IsToldAs(type, status))),
                Content = new Dictionary<string, OpenApiMediaType> { [ProblemWriter.ContentType] = content },
            };
        }

        void AddExamples(string status, OpenApiMediaType content) =>
            content.Examples = types.Where(type => ProblemExamples.IsToldAs(type, status)).ToDictionary(
            static type => type.Name,
            type => (IOpenApiExample)(command is null ? ProblemExamples.Of(type, kind, address, isPost)
                : examples.OfCommand(type, command.Operation, address, isAccepted: status == "202")));
    }

    private static void Answer(IOpenApiResponse response, string description, IEnumerable<(string Name, IOpenApiExample Example)> examples)
    {
        response.Description = description;
        ((OpenApiResponse)response).Content![Json].Examples = examples.ToDictionary(static example => example.Name, static example => example.Example);
    }

    private static OpenApiParameter Parameter(string operationId, ParameterDescription parameter, OpenApiDocument document) => new()
    {
        In = parameter.Place,
        Name = parameter.Name,
        Description = parameter.Description,
        Required = parameter.Required,
        Schema = Vocabulary.Of(operationId, parameter.Name).ToSchema(document),
    };

    private static string AddressOf(string path) => "/" + path.TrimEnd('/')
        .Replace("{id}", ProblemExamples.Job, StringComparison.Ordinal)
        .Replace("{task}", ProblemExamples.Task, StringComparison.Ordinal)
        .Replace("{key}", ProblemExamples.Key, StringComparison.Ordinal);
}
