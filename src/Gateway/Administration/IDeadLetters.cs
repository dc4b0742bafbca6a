namespace JobRequests.Gateway.Administration;

/// <summary>The commands that were set aside.</summary>
internal interface IDeadLetters
{
    /// <param name="job">Only those of this job.</param>
    /// <param name="after">The last place of the page before, or null.</param>
    /// <param name="limit">How many a page has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Exception">They cannot be read now.</exception>
    Task<DeadLetterBody> ReadAsync(string? job, DeadLetterPlace? after, int limit, CancellationToken cancellationToken);

    /// <summary>Puts them back. Safe to repeat, whatever it was cut off by.</summary>
    /// <exception cref="Exception">It could not go on.</exception>
    Task<ReplayDeadLetterBody> ReplayAsync(string? job, bool dryRun, CancellationToken cancellationToken);

    /// <summary>Sets the record aside that a partition of a stream stands still on.</summary>
    /// <returns>False when no silo stands on that record now.</returns>
    /// <exception cref="Exception">The silos do not answer.</exception>
    Task<bool> DeadLetterOldestAsync(string stream, DeadLetterPlace place, string person, CancellationToken cancellationToken);
}

/// <summary>In-process streams have no log that could keep a command.</summary>
internal sealed class NothingDeadLetters : IDeadLetters
{
    public Task<DeadLetterBody> ReadAsync(string? job, DeadLetterPlace? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(DeadLetterBody.Nothing);

    public Task<ReplayDeadLetterBody> ReplayAsync(string? job, bool dryRun, CancellationToken cancellationToken) =>
        Task.FromResult(new ReplayDeadLetterBody(dryRun, 0, 0, [], [], []));

    public Task<bool> DeadLetterOldestAsync(string stream, DeadLetterPlace place, string person, CancellationToken cancellationToken) => Task.FromResult(false);
}
