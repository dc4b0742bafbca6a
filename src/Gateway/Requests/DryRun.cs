using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace JobRequests.Gateway.Requests;

/// <summary>The query parameter <c>dryRun</c> of commands.</summary>
internal static class DryRun
{
    public const string Parameter = "dryRun";

    private static readonly SearchValues<string> OtherSpellings = SearchValues.Create(["dryrun", "dry-run", "dry_run"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a dry run is asked for. Who asks for one in another way is refused: the command must not be executed instead.</summary>
    public static (bool IsAsked, Refusal? Refusal) Read(HttpRequest request)
    {
        if (request.Headers.FirstOrDefault(IsDryRun) is { Key: { } header })
            return (false, Refusal.Field(header, $"does not ask for a dry run; send ?{Parameter}=true"));
        var value = request.Query[Parameter];
        if (value.Count == 0) return (false, null);
        return bool.TryParse(value[0], out var isAsked) ? (isAsked, null) : (false, Refusal.Field(Parameter, "must be true or false"));
    }

    private static bool IsDryRun(KeyValuePair<string, StringValues> header) => header.Key.AsSpan().ContainsAny(OtherSpellings)
        || (header.Key.Equals(Preferences.Header, StringComparison.OrdinalIgnoreCase)
            && header.Value.Any(static value => value.AsSpan().ContainsAny(OtherSpellings)));
}
