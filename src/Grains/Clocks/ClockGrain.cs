using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace JobRequests.Grains;

[GrainType("clock")]
[OnNamedSilo]
internal sealed class ClockGrain(ILocalSiloDetails silo, TimeProvider clock, IOptions<JobRequestOptions> options) : Grain, IClockGrain
{
    public Task<ClockReading> Read() => Task.FromResult(new ClockReading(Environment.MachineName, silo.Name, clock.GetUtcNow(), options.Value.ClockTolerance));
}

/// <summary>A grain on the silo that its key names.</summary>
[GenerateSerializer, Immutable, Alias("jobs.on-silo-placement")]
internal sealed class OnSiloPlacement : PlacementStrategy
{
    public static readonly OnSiloPlacement Instance = new();
}

[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnNamedSiloAttribute() : PlacementAttribute(OnSiloPlacement.Instance);

internal sealed class OnSiloPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silo = SiloAddress.FromParsableString(target.GrainIdentity.Key.ToString()!);
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : throw new SiloUnavailableException($"There is no active silo {silo}.");
    }
}
