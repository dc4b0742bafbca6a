namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// A part of the database that belongs to one owner (the grain storage, a view store): a name, and the ordered migrations that build its
/// tables. Its version is how many of them ran. Migrations are only ever appended; each runs once, in the transaction that records it.
/// </summary>
/// <param name="Name">Unique within the database file; also the prefix its tables should carry.</param>
/// <param name="Migrations">Each may run again after a failed attempt, so it must do nothing but change the database.</param>
public sealed record SqliteComponent(string Name, IReadOnlyList<Action<SqliteSession>> Migrations)
{
    /// <summary>A component whose migrations are SQL scripts.</summary>
    public static SqliteComponent OfScripts(string name, params IEnumerable<string> scripts) =>
        new(name, [.. scripts.Select(script => (Action<SqliteSession>)(session => session.Script(script)))]);
}
