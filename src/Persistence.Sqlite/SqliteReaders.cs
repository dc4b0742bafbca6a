using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace JobRequests.Persistence.Sqlite;

/// <summary>Threads with a connection each. SQLite blocks its caller, so reads never run on a grain's scheduler or the thread pool.</summary>
internal sealed class SqliteReaders
{
    private readonly BlockingCollection<ReadOperation> _queue = [];
    private readonly Task _stopped;

    public SqliteReaders(SqliteDatabaseOptions options)
    {
        var sessions = new List<SqliteSession>(options.Readers);
        try
        {
            for (var i = 0; i < options.Readers; i++)
                sessions.Add(SqliteConnections.OpenReader(options));
        }
        catch
        {
            sessions.ForEach(static session => session.Dispose());
            throw;
        }
        _stopped = Task.WhenAll(sessions.Select((session, i) => Start(session, $"SQLite reader {i + 1}")));
    }

    public bool TryEnqueue(ReadOperation operation)
    {
        try
        {
            return _queue.TryAdd(operation);
        }
        catch (InvalidOperationException)
        {
            return false; // closed
        }
    }

    /// <summary>Answers what is queued, then closes the connections.</summary>
    public Task StopAsync()
    {
        _queue.CompleteAdding();
        return _stopped;
    }

    private Task Start(SqliteSession session, string name)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            foreach (var operation in _queue.GetConsumingEnumerable())
                operation.Run(session);
            session.Dispose();
            stopped.SetResult();
        })
        { Name = name, IsBackground = true }.Start();
        return stopped.Task;
    }
}

internal abstract class ReadOperation
{
    public abstract void Run(SqliteSession session);
}

internal sealed class ReadOperation<T>(Func<SqliteSession, T> read, SqliteFaults faults, CancellationToken cancellationToken) : ReadOperation
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _completion.Task;

    public override void Run(SqliteSession session)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _completion.SetCanceled(cancellationToken);
            return;
        }
        try
        {
            session.Stop = cancellationToken;
            var result = read(session);
            SqliteMetrics.Read();
            _completion.SetResult(result);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            _completion.SetCanceled(cancellationToken);
        }
        catch (Exception exception)
        {
            _completion.SetException(faults.Describe(exception));
        }
    }
}
