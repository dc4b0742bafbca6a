using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Options;

namespace JobRequests.Grains;

[GrainType("clock")]
[OnNamedSilo]
internal sealed class ClockGrain(ILocalSiloDetails silo, TimeProvider clock, IOptions<JobRequestOptions> options) : Grain, IClockGrain
{
    public Task<ClockReading> Read() => Task.FromResult(new ClockReading(Environment.MachineName, silo.Name, clock.GetUtcNow(), options.Value.ClockTolerance));
}
