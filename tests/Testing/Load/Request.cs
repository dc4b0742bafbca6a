namespace JobRequests.Testing.Load;

/// <summary>What somebody wants, under one key; sent as often as it takes.</summary>
/// <param name="Variant">Something in the body that makes another payload of a create or a decline, without another effect.</param>
/// <param name="Standby">Of an accept: whether it is content with a place in the line.</param>
/// <param name="Waves">Of a create: how many people each wave asks.</param>
/// <param name="Confirms">Of a create: whether winners have to confirm.</param>
public sealed record Request(
    string Job, string Op, string Caller, string Key, string[]? Candidates = null, string? Variant = null, bool Standby = false, int[]? Waves = null,
    bool Confirms = false)
{
    /// <summary>Whether time alone may do something with the job.</summary>
    public bool HasClock => Waves is not null || Confirms;
}
