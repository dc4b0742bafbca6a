using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>The OpenAPI document as a whole.</summary>
internal static class ApiDescription
{
    public const string DocumentName = "v1";
    public const string BearerScheme = "bearer";

    private static readonly (string Name, string Description)[] Tags =
    [
        ("Commands", "What changes a job. Each is executed at most once."),
        ("Reads", "Jobs, requests and statistics, as the caller may see them."),
        ("Live", "Events as they happen."),
        ("Operations", "For administrators."),
    ];

    public static void AddApiDescription(this IServiceCollection services)
    {
        // The document describes what the endpoints write themselves.
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, GatewayJson.Default);
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOpenApi(DocumentName, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = SchemaCompletion.NameOf;
            options.AddDocumentTransformer(static (document, _, _) =>
            {
                Describe(document);
                SchemaCompletion.Complete(document);
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer(static (schema, context, _) =>
            {
                if (context.JsonTypeInfo.Type == typeof(Enqueued) || context.JsonTypeInfo.Type == typeof(Enqueued?)) DescribeEnqueued(schema);
                LeaveOut(schema, context.JsonTypeInfo);
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(static (operation, context, _) =>
            {
                OperationDescription.Complete(operation, context);
                return Task.CompletedTask;
            });
        });
        services.AddSingleton<ProblemExamples>();
        services.AddSingleton<ApiDocument>();
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Job requests",
            Version = "v1",
            Contact = new OpenApiContact { Name = "Job requests" },
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            Description =
                "One job, many candidates, exactly one winner. Commands carry an `Idempotency-Key` and are executed at most once; "
                + "the outcome is `SUCCESS`, `FAIL`, `TIMEOUT` or `REFUSED`. The rules of keys: [/docs/idempotency](/docs/idempotency).\n\n"
                + "## Problem types\n" + EndpointDescriptions.Describe(ProblemTypes.All),
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The server that this document came from." }];
        document.Tags = new HashSet<OpenApiTag>(Tags.Select(static tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }));
        document.Components ??= new OpenApiComponents();
        document.Components.Headers = AnswerHeaders.All(document);
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[BearerScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "The token's subject is who acts. Where development identities are on, `dev-ann` acts as `ann` and `dev-admin` has the admin role.",
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] }];
    }

    private static void DescribeEnqueued(OpenApiSchema schema)
    {
        schema.Type = null;
        schema.Description = "true: published and acknowledged; \"unknown\": the acknowledgement did not come in time.";
        schema.OneOf = [
            new OpenApiSchema { Type = JsonSchemaType.Boolean, Enum = [true] }, new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["unknown"] }];
    }

    // A member that is not written when it is null need not be there.
    private static void LeaveOut(OpenApiSchema schema, JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            var ignore = property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true)
                .OfType<JsonIgnoreAttribute>()
                .FirstOrDefault();
            if (ignore is not { Condition: JsonIgnoreCondition.WhenWritingNull }) continue;
            schema.Required?.Remove(property.Name);
        }
    }
}
