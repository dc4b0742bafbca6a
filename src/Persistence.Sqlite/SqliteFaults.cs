namespace JobRequests.Persistence.Sqlite;

/// <summary>What is wrong with an open database, as its reads and writes have met it. Damage stays; writes that failed may succeed again.</summary>
internal sealed class SqliteFaults(string folder)
{
    private volatile DataFolderException? _damage;
    private volatile DataFolderException? _write;

    public DataFolderException? Damage => _damage;

    /// <summary>The last write failed for this.</summary>
    public DataFolderException? Write => _write;

    public Exception Describe(Exception exception) => Noted(SqliteFailure.Describe(exception, folder));

    public Exception DescribeWrite(Exception exception, bool committing)
    {
        var described = Noted(committing ? SqliteFailure.DescribeCommit(exception, folder) : SqliteFailure.Describe(exception, folder));
        _write = described as DataFolderException;
        return described;
    }

    public void Written()
    {
        if (_write is not null)
            _write = null;
    }

    private Exception Noted(Exception described)
    {
        if (described is DataFolderException { Problem: DataFolderProblem.Damaged or DataFolderProblem.Foreign } damage)
            _damage = damage;
        return described;
    }
}
