namespace JobRequests.Testing.Load;

/// <summary>What somebody wants, under one key; sent as often as it takes.</summary>
/// <param name="Variant">Something in the body that makes another payload of a create or a decline, without another effect.</param>
public sealed record Request(string Job, string Op, string Caller, string Key, string[]? Candidates = null, string? Variant = null);
