namespace JobRequests.Grains;

/// <summary>
/// Which jobs this silo's sweepers look after: with the active silos in one order, each has an equal slice of all jobs. Every silo works
/// it out by itself from the membership. While silos see different memberships a job may have two of them, or none for a moment: a wake
/// too many is harmless, and what was left out is found by the next sweep.
/// </summary>
internal class SweepShare(ISiloStatusOracle oracle, ILocalSiloDetails self, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private HashSet<SiloAddress> _silos = [];
    private long _lastLoss = clock.GetTimestamp();

    /// <summary>Timestamp at which this silo began, or last lost another one: what is older and unfinished may have been that one's.</summary>
    public long LastLoss => Volatile.Read(ref _lastLoss);

    /// <returns>Null while this silo is no active member.</returns>
    public virtual JobSlice? Current()
    {
        var active = oracle.GetApproximateSiloStatuses(onlyActive: true).Keys.ToHashSet();
        lock (_gate)
        {
            if (!_silos.IsSubsetOf(active)) Volatile.Write(ref _lastLoss, clock.GetTimestamp());
            _silos = active;
        }

        if (!active.Contains(self.SiloAddress)) return null;
        return JobSlice.Of(active.Count(other => other.CompareTo(self.SiloAddress) < 0), active.Count);
    }
}
