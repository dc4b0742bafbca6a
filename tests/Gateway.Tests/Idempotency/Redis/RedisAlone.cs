namespace JobRequests.Gateway.Tests.Idempotency.Redis;

/// <summary>Tests that measure time, or keep every processor busy: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RedisAlone
{
    public const string Name = "Redis, alone";
}
