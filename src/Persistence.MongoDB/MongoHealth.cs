namespace JobRequests.Persistence.MongoDB;

/// <summary>What <see cref="MongoGrainStorage.CheckHealthAsync"/> found out.</summary>
/// <param name="Exception">Why not, when it is not healthy.</param>
public sealed record MongoHealth(bool IsHealthy, string Description, TimeSpan Duration, Exception? Exception = null);
