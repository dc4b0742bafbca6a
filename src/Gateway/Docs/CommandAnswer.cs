using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>The one schema of a command's answer below 300: <c>outcome</c> says which of its forms it has, so that no client takes a TIMEOUT for a
/// success.</summary>
internal static class CommandAnswer
{
    public const string Name = "CommandAnswer";

    private const string Pending = "CommandPending";

    private static readonly (string Outcome, string Schema)[] Forms =
    [
        (Outcomes.Success, "CommandSuccess"), (Outcomes.DryRun, "CommandDryRun"), (Outcomes.Timeout, Pending),
    ];

    public static void AddTo(OpenApiDocument document)
    {
        var schemas = document.Components!.Schemas!;
        schemas[Pending] = PendingOf((OpenApiSchema)schemas["Problem"], document);
        schemas[Name] = new OpenApiSchema
        {
            Description = "What became of a command: outcome says which of the forms it is.",
            OneOf = [.. Forms.Select(form => new OpenApiSchemaReference(form.Schema, document))],
            Discriminator = new OpenApiDiscriminator
            {
                PropertyName = "outcome",
                Mapping = Forms.ToDictionary(static form => form.Outcome, form => new OpenApiSchemaReference(form.Schema, document)),
            },
        };
    }

    // A TIMEOUT is a problem too; these members it always has, and others never.
    private static OpenApiSchema PendingOf(OpenApiSchema problem, OpenApiDocument document)
    {
        string[] never = ["version", "expected", "actual", "errors"];
        string[] special = ["outcome", "status"];
        return new OpenApiSchema
        {
            Type = problem.Type,
            Description = "No decision within the requested wait. Ask at the address in instance, or send the command again with the same key.",
            Properties = problem.Properties!.Where(member => !never.Contains(member.Key)).ToDictionary(
                static member => member.Key, member => special.Contains(member.Key) ? Vocabulary.Of(Pending, member.Key).ToSchema(document) : member.Value),
            Required = new HashSet<string>([.. problem.Required!, "outcome", "instance", "jobRequestId", "enqueued", "retry"]),
        };
    }
}
