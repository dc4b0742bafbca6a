using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>Completes the schemas: names that no language has taken, and what the types do not say.</summary>
internal static class SchemaCompletion
{
    // In generated code these would clash, or say too little.
    private static readonly Dictionary<Type, string> Names = new()
    {
        [typeof(TaskBody)] = "NewJobTask",
        [typeof(TaskSnapshot)] = "JobTask",
        [typeof(CandidateSnapshot)] = "JobCandidate",
        [typeof(PlaceBody)] = "NewJobPlace",
        [typeof(PlaceSnapshot)] = "JobPlace",
        [typeof(WaveBody)] = "NewJobWave",
        [typeof(WaveSnapshot)] = "JobWave",
        [typeof(DetailsSnapshot)] = "JobDetails",
        [typeof(ReasonBody)] = "JobReasonRequest",
        [typeof(StepBody)] = "JobStepRequest",
        [typeof(EventBody)] = "JobEvent",
        [typeof(FeedEventBody)] = "JobFeedEvent",
        [typeof(HistoryBody)] = "JobHistory",
        [typeof(SuccessBody)] = "CommandSuccess",
        [typeof(DryRunBody)] = "CommandDryRun",
        [typeof(WouldBody)] = "CommandPrediction",
        [typeof(RetryBody)] = "RetryRules",
        [typeof(StatisticsBody)] = "JobStatistics",
        [typeof(FiguresBody)] = "JobFigures",
        [typeof(ExplanationBody)] = "RequestExplanation",
        [typeof(RuleBody)] = "DecidingRule",
        [typeof(BecauseBody)] = "DecidingEvent",
        [typeof(TimesBody)] = "RequestTimes",
        [typeof(PositionBody)] = "LogPosition",
        [typeof(LeadBody)] = "RequestLead",
        [typeof(HopBody)] = "TimelineHop",
        [typeof(OperationsStatusBody)] = "ServiceStatus",
        [typeof(LatencyBody)] = "LatencyPercentiles",
        [typeof(BacklogBody)] = "CommandBacklog",
        [typeof(PartitionBody)] = "PartitionBacklog",
        [typeof(SiloBody)] = "SiloStatus",
        [typeof(GatewayBody)] = "GatewayStatus",
        [typeof(DependencyBody)] = "DependencyStatus",
        [typeof(VerificationBody)] = "VerificationResult",
        [typeof(DeadLetterBody)] = "DeadLetters",
        [typeof(ReplayDeadLetterBody)] = "ReplayResult",
        [typeof(ReplayDeadLetterRequest)] = "ReplayRequest",
    };

    public static string? NameOf(JsonTypeInfo type)
    {
        var usual = OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        return Names.GetValueOrDefault(type.Type) ?? (usual?.EndsWith("Body", StringComparison.Ordinal) == true ? usual[..^"Body".Length] : usual);
    }

    /// <summary>Works on the finished document, in which every schema that has a name is a reference.</summary>
    public static void Complete(OpenApiDocument document)
    {
        var schemas = document.Components!.Schemas!;
        var requests = SchemasOfRequests(document);
        foreach (var (name, schema) in schemas.ToList())
        {
            if (schema is not OpenApiSchema { Properties: { } members } own) continue;
            var isRequest = requests.Contains(name);
            if (isRequest) own.AdditionalPropertiesAllowed = false;
            foreach (var (member, value) in members.ToList())
            {
                // A required member of a request may not be null; one of an answer that does not apply is left out.
                if (isRequest == (own.Required?.Contains(member) == true)) members[member] = WithoutNull(value);
                members[member] = Describe(name, member, members[member], document);
            }
        }

        CommandAnswer.AddTo(document);
        foreach (var form in Vocabulary.Named) schemas[form.Name!] = form.Describe(new OpenApiSchema { Type = form.Type });
    }

    private static IOpenApiSchema Describe(string owner, string member, IOpenApiSchema value, OpenApiDocument document)
    {
        if (value is not OpenApiSchema schema) return value;
        if (schema.Items is { } item)
        {
            schema.Items = Describe(owner, member, item, document);
            if (Vocabulary.Find(owner, member) is { Distinct: true }) schema.UniqueItems = true;
            return schema;
        }

        var type = schema.Type & ~JsonSchemaType.Null;
        var form = Vocabulary.Find(owner, member);
        if (form is null || form.Type != type)
            return type == JsonSchemaType.Integer && schema.Minimum is null ? (ValueForm.Integer with { Format = schema.Format }).Describe(schema) : schema;
        var isNullable = schema.Type != type;
        if (form.Name is null && !(isNullable && form.Values.Count > 0)) return form.Describe(schema);
        return isNullable
            ? new OpenApiSchema { Description = schema.Description, OneOf = [form.ToSchema(document), new OpenApiSchema { Type = JsonSchemaType.Null }] }
            : new OpenApiSchemaReference(form.Name!, document) { Description = schema.Description };
    }

    private static IOpenApiSchema WithoutNull(IOpenApiSchema value)
    {
        if (value is not OpenApiSchema schema) return value;
        schema.Type &= ~JsonSchemaType.Null;
        return schema.OneOf?.Where(static form => form.Type != JsonSchemaType.Null).ToList() is [var only] ? only : schema;
    }

    private static HashSet<string> SchemasOfRequests(OpenApiDocument document)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var content in document.Paths.Values.SelectMany(static path => path.Operations!.Values)
            .SelectMany(static operation => operation.RequestBody?.Content?.Values ?? [])) Add(content.Schema);
        return found;

        void Add(IOpenApiSchema? schema)
        {
            if (schema is OpenApiSchemaReference reference && !found.Add(reference.Reference.Id!)) return;
            foreach (var part in (
                schema?.Properties?.Values ?? []).Append(schema?.Items!).Concat(schema?.OneOf ?? []).Where(static part => part is not null)) Add(part);
        }
    }
}
