namespace JobRequests.Testing;

/// <summary>A state that every serializer can handle.</summary>
public sealed class ConformanceState
{
    public string? Text { get; set; }

    public long Number { get; set; }

    public List<string> Items { get; set; } = [];
}
