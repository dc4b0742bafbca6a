using System.Globalization;
using System.Text.Json;
using JobRequests.Gateway.Json;
using JobRequests.Gateway.Problems;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>One example of each problem type, written once and referred to by every operation.</summary>
internal static class ProblemExamples
{
    public const string Job = "5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11";

    private const string Accepted = "202";

    public static Dictionary<string, IOpenApiExample> All()
    {
        var examples = new Dictionary<string, IOpenApiExample>();
        foreach (var type in ProblemTypes.All)
        {
            var status = type.Status.ToString(CultureInfo.InvariantCulture);
            examples.Add(NameOf(type, status), Example(type, type.Status));
            if (IsToldAs(type, Accepted)) examples.Add(NameOf(type, Accepted), Example(type, StatusCodes.Status202Accepted));
        }

        return examples;
    }

    public static string NameOf(ProblemType type, string status) => status == Accepted ? $"{type.Name}-{status}" : type.Name;

    /// <summary>A TIMEOUT is 504, or 202 for who said that it would come back.</summary>
    public static bool IsToldAs(ProblemType type, string status) =>
        type.Status.ToString(CultureInfo.InvariantCulture) == status || (status == Accepted && type.Status == StatusCodes.Status504GatewayTimeout);

    private static OpenApiExample Example(ProblemType type, int status) => new()
    {
        Summary = type.Title,
        Description = type.Description,
        Value = JsonSerializer.SerializeToNode(
            new ProblemBody
            {
                Type = type.Uri,
                Title = type.Title,
                Status = status,
                Code = type.Code,
                Outcome = type.Outcome,
                Instance = $"/v1/requests/k1?job={Job}&op=accept&notAfter=1795000000000",
                JobRequestId = Job,
                Version = type.Outcome == Outcomes.Fail ? 2 : null,
                Enqueued = type == ProblemTypes.DecisionTimeout ? Enqueued.Yes : type == ProblemTypes.OutcomeUnknown ? Enqueued.Unknown : null,
                Errors = type == ProblemTypes.Validation ? [new FieldError("candidates[3]", "is named twice")] : null,
                Retry = new RetryBody(type.Advice, type.Advice == RetryAdvice.SameKey ? 1_000 : null, type.Outcome != Outcomes.Timeout, null),
                TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
            },
            GatewayJson.Wire.ProblemBody),
    };
}
