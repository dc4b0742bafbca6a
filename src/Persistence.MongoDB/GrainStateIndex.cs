using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace JobRequests.Persistence.MongoDB;

/// <summary>
/// A value inside the JSON of one state, indexed so that grains can be found by it. Records without the value cost nothing.
/// The path must not lead through arrays.
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

    /// <summary>The path inside the document: <c>$.order.due</c> is <c>d.order.due</c>.</summary>
    internal string Field => string.Concat(GrainDocument.Data, Path.AsSpan(1));

    internal IEnumerable<string> Members => Path.Split('.').Skip(1);

    /// <summary>Services share collections and each has its own range of keys, so the service is part of the name.</summary>
    internal string NameFor(string serviceId) =>
        $"{Field}_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{serviceId}\n{StateName}\n{Path}")).AsSpan(0, 8));

    [GeneratedRegex(@"^\$(\.[A-Za-z_][A-Za-z0-9_]*)+$", RegexOptions.CultureInvariant)]
    private static partial Regex MemberPath();
}
