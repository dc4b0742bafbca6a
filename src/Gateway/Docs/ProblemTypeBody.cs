namespace JobRequests.Gateway.Docs;

/// <summary>A problem type, described for a program.</summary>
internal sealed record ProblemTypeBody(string Type, string Title, int Status, string Code, string Outcome, string Description, string Advice)
{
    public static ProblemTypeBody From(ProblemType type) => new(type.Uri, type.Title, type.Status, type.Code, type.Outcome, type.Description, type.Advice);
}
