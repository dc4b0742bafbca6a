using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// The one thread that writes. It takes what is queued, runs it in one transaction, commits, and only then completes the callers: while
/// one group waits for the disk the next one gathers, so the group size follows the load and a lone write waits for nobody.
/// </summary>
internal sealed partial class SqliteWriter
{
    private readonly SqliteDatabaseOptions _options;
    private readonly SqliteSession _session;
    private readonly SqliteFaults _faults;
    private readonly ILogger _logger;
    private readonly SqliteWriteQueue _queue;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _failing;

    public SqliteWriter(SqliteDatabaseOptions options, SqliteSession session, SqliteFaults faults, ILogger logger)
    {
        _faults = faults;
        _logger = logger;
        _options = options;
        _session = session;
        _queue = new SqliteWriteQueue(options.MaxGroupSize, options.CoalesceWindow);
        new Thread(Run) { Name = "SQLite writer", IsBackground = true }.Start();
    }

    public bool TryEnqueue(WriteOperation operation) => _queue.TryEnqueue(operation);

    /// <summary>Commits what is queued, folds the log into the file and closes the connection.</summary>
    public Task StopAsync()
    {
        _queue.Close();
        return _stopped.Task;
    }

    private void Run()
    {
        var group = new List<WriteOperation>(_options.MaxGroupSize);
        while (_queue.Take(group))
        {
            if (group.Count > 0)
                Commit(group);
            group.Clear();
        }
        try
        {
            _session.Script("PRAGMA wal_checkpoint(TRUNCATE);");
        }
        catch (SqliteException exception)
        {
            // Nothing is lost: everything acknowledged is in the log, which the next start reads.
            LogNotFolded(exception, _options.DatabaseFile);
        }
        finally
        {
            _session.Dispose();
            _stopped.TrySetResult();
        }
    }

    private void Commit(List<WriteOperation> group)
    {
        var size = group.Count;
        var committing = false;
        try
        {
            if (!TryRunTogether(group))
                RunIsolated(group);
            committing = true;
            if (group.Count > 0)
                CommitTransaction();
        }
        catch (Exception exception)
        {
            FailAll(group, exception, committing);
            SqliteMetrics.Failed(size);
            return;
        }
        NoteRecovery();
        foreach (var operation in group)
            operation.Complete();
        SqliteMetrics.Committed(group.Count, size - group.Count);
    }

    /// <summary>The fast path. When an operation throws, it is failed and removed, the transaction is gone, and the answer is false.</summary>
    private bool TryRunTogether(List<WriteOperation> group)
    {
        Begin();
        foreach (var operation in group)
        {
            try
            {
                operation.Run(_session);
            }
            catch (Exception exception) when (!SqliteFailure.IsEnvironmental(exception))
            {
                Rollback();
                operation.Fail(exception);
                group.Remove(operation);
                return group.Count == 0;
            }
            EnsureStillInTransaction();
        }
        return true;
    }

    /// <summary>The slow path: each operation behind a savepoint, so that those that throw take nobody with them.</summary>
    private void RunIsolated(List<WriteOperation> group)
    {
        Begin();
        for (var i = 0; i < group.Count; i++)
        {
            _session.Execute("SAVEPOINT operation");
            try
            {
                group[i].Run(_session);
                EnsureStillInTransaction();
            }
            catch (Exception exception) when (!SqliteFailure.IsEnvironmental(exception) && exception is not TransactionEndedException)
            {
                group[i].Fail(exception);
                group.RemoveAt(i--);
                if (_session.InTransaction)
                {
                    _session.Execute("ROLLBACK TO operation");
                }
                else
                {
                    // SQLite itself rolled everything back: start over with those that are left.
                    i = -1;
                    if (group.Count == 0)
                        return;
                    Begin();
                    continue;
                }
            }
            _session.Execute("RELEASE operation");
        }
        if (group.Count == 0)
            Rollback();
    }

    private void CommitTransaction()
    {
        var started = Stopwatch.GetTimestamp();
        _options.OnCommit?.Invoke(CommitStage.Before);
        _session.Execute("COMMIT");
        _options.OnCommit?.Invoke(CommitStage.After);
        SqliteMetrics.CommitTook(Stopwatch.GetElapsedTime(started));
    }

    private void Begin()
    {
        Rollback();
        _session.Execute("BEGIN IMMEDIATE");
    }

    private void Rollback()
    {
        if (_session.InTransaction)
            _session.Execute("ROLLBACK");
    }

    private void EnsureStillInTransaction()
    {
        if (!_session.InTransaction)
            throw new TransactionEndedException();
    }

    private void FailAll(List<WriteOperation> group, Exception exception, bool committing)
    {
        // Once, not for each group: a full disk fails thousands of them a second.
        if (!_failing)
            LogFailing(exception, _options.DatabaseFile);
        _failing = true;
        try
        {
            Rollback();
        }
        catch (SqliteException rollback)
        {
            // Begin tries again before the next group; until it succeeds every write fails with the disk's own reason.
            LogNotRolledBack(rollback, _options.DatabaseFile);
        }
        foreach (var operation in group)
            operation.Fail(_faults.DescribeWrite(exception, committing));
    }

    private void NoteRecovery()
    {
        if (_failing)
            LogRecovered(_options.DatabaseFile);
        _failing = false;
        _faults.Written();
    }

    private sealed class TransactionEndedException()
        : InvalidOperationException("An operation ended the writer's transaction; operations must not run BEGIN, COMMIT or ROLLBACK.");

    [LoggerMessage(Level = LogLevel.Error, Message = "Writes to {File} fail.")]
    private partial void LogFailing(Exception exception, string file);

    [LoggerMessage(Level = LogLevel.Information, Message = "Writes to {File} succeed again.")]
    private partial void LogRecovered(string file);

    [LoggerMessage(Level = LogLevel.Error, Message = "A failed transaction on {File} could not be rolled back yet.")]
    private partial void LogNotRolledBack(Exception exception, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The write-ahead log of {File} could not be merged at shutdown; the next start merges it.")]
    private partial void LogNotFolded(Exception exception, string file);
}
