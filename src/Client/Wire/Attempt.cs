namespace JobRequests.Client.Wire;

/// <summary>How far one HTTP request got.</summary>
internal abstract record Attempt
{
    private Attempt()
    {
    }

    public sealed record Answered(HttpAnswer Http) : Attempt;

    /// <summary>No connection: the service has certainly not seen the request.</summary>
    public sealed record NotSent(Exception Cause) : Attempt;

    /// <summary>The connection broke or fell silent after the request may have been read.</summary>
    public sealed record Lost(Exception Cause) : Attempt;
}
