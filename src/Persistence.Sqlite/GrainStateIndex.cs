using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// A value inside the JSON of one state, indexed so that grains can be found by it. Records without the value cost nothing.
/// The values under one path should be of one JSON type: numbers sort before strings.
/// </summary>
public sealed partial record GrainStateIndex
{
    public GrainStateIndex()
    {
    }

    /// <param name="stateName">The state's name, as in <c>[PersistentState("name")]</c>.</param>
    /// <param name="path">A path of object members such as <c>$.expiresAt</c> or <c>$.order.due</c>, in the names that the serializer writes.</param>
    public GrainStateIndex(string stateName, string path)
    {
        StateName = stateName;
        Path = path;
    }

    public string StateName { get; init; } = string.Empty;

    public string Path { get; init; } = string.Empty;

    internal bool HasValidPath => MemberPath().IsMatch(Path);

    // A partial index is used only for queries that repeat its condition literally, so both are made here, with literals instead of parameters.
    internal string Expression => $"json_extract(data, {Quote(Path)})";

    internal string Condition => $"state_name = {Quote(StateName)} AND {Expression} IS NOT NULL";

    internal string SqlName => "grain_state_by_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(StateName + "\n" + Path)).AsSpan(0, 8));

    internal string CreateSql => $"CREATE INDEX IF NOT EXISTS {SqlName} ON grain_state (service_id, {Expression}, grain_id) WHERE {Condition}";

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^\$(\.[A-Za-z_][A-Za-z0-9_]*)+$", RegexOptions.CultureInvariant)]
    private static partial Regex MemberPath();
}
