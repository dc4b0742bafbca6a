namespace JobRequests.Testing.Backends.Nemesis;

/// <summary>Something that breaks, and is whole again when its task ends.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="HappenAsync">Breaks it, waits and repairs it.</param>
internal sealed record Fault(string Name, Func<Task> HappenAsync)
{
    /// <summary>Everything that Redis knew was lost.</summary>
    public bool WipesCache { get; init; }
}
