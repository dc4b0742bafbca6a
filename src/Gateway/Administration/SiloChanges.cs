namespace JobRequests.Gateway.Administration;

/// <summary>
/// Whether silos came or went a moment ago. Partitions are then being published, and a silo that is still cold finishes less than it
/// can: what is seen of the log meanwhile says little about its rate.
/// </summary>
internal sealed class SiloChanges(IOptions<AdmissionOptions> options, TimeProvider time)
{
    private long _settledAt = time.GetTimestamp();

    public bool AreSettled => time.GetTimestamp() >= Volatile.Read(ref _settledAt);

    /// <param name="ago">When they changed last.</param>
    public void Tell(TimeSpan ago)
    {
        var left = options.Value.SettleTime - ago;
        if (left > TimeSpan.Zero) Volatile.Write(ref _settledAt, time.GetTimestamp() + (long)(left.TotalSeconds * time.TimestampFrequency));
    }
}
