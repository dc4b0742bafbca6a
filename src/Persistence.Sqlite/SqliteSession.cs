using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// One connection with its prepared statements, used by one thread. Parameters are written <c>$1</c>, <c>$2</c>, … in the SQL
/// and given in this order. SQL text should be constant: each distinct text keeps a prepared statement.
/// </summary>
public sealed class SqliteSession : IDisposable
{
    // Far above what constant SQL needs; a caller that builds SQL from values pays for preparing, never with memory.
    private const int MaxStatements = 200;

    private readonly Dictionary<string, SqliteCommand> _statements = new(StringComparer.Ordinal);

    internal SqliteSession(SqliteConnection connection) => Connection = connection;

    public SqliteConnection Connection { get; }

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> parameters) => Bind(sql, parameters).ExecuteNonQuery();

    /// <summary>Maps every row of a query.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> parameters)
    {
        ArgumentNullException.ThrowIfNull(map);
        using var reader = Bind(sql, parameters).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(map(reader));
        return rows;
    }

    /// <summary>Maps the first row of a query, or returns <paramref name="missing"/> when there is none.</summary>
    public T First<T>(string sql, Func<SqliteDataReader, T> map, T missing, params ReadOnlySpan<object?> parameters)
    {
        ArgumentNullException.ThrowIfNull(map);
        using var reader = Bind(sql, parameters).ExecuteReader();
        return reader.Read() ? map(reader) : missing;
    }

    /// <summary>Runs SQL of several statements without keeping it prepared: schema changes, pragmas.</summary>
    public void Script(string sql)
    {
        using var command = Connection.CreateCommand();
#pragma warning disable CA2100 // The point of this method: schema text of a component, never a value from outside.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Forget();
        Connection.Dispose();
    }

    /// <summary>Ends the statement that runs, in a session opened for reading.</summary>
    internal CancellationToken Stop { get; set; }

    internal bool InTransaction => raw.sqlite3_get_autocommit(Connection.Handle!) == 0;

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var command))
            command = Prepare(sql, values.Length);
        if (command.Parameters.Count != values.Length)
            throw new ArgumentException($"The statement has {command.Parameters.Count} parameters, {values.Length} were given.", nameof(values));
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        if (_statements.Count >= MaxStatements)
            Forget();
        var command = Connection.CreateCommand();
#pragma warning disable CA2100 // Callers pass constant text; values travel as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 1; i <= parameters; i++)
            command.Parameters.Add(new SqliteParameter($"${i}", null));
        _statements.Add(sql, command);
        return command;
    }

    private void Forget()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
    }
}
