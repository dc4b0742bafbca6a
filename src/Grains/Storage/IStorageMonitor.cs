namespace JobRequests.Grains;

/// <summary>Tells a job that cannot be stored from a storage that does not answer at all.</summary>
public interface IStorageMonitor
{
    /// <summary>A document was just written.</summary>
    void HasAnswered();

    /// <summary>Finds out whether the storage takes writes.</summary>
    Task<bool> IsAnsweringAsync();

    /// <summary>Completes when it takes writes again.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task WaitUntilAnsweringAsync(CancellationToken cancellationToken);
}

/// <summary>A write that has nothing to do with any job, where the jobs are stored.</summary>
public interface IStorageProbe
{
    /// <exception cref="Exception">The storage did not take it.</exception>
    Task WriteAsync(CancellationToken cancellationToken);
}
