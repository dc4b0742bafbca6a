using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace JobRequests.Gateway.Requests;

/// <summary>A job's version as an entity tag: <c>"7"</c>.</summary>
internal static class VersionTag
{
    public static string Format(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <param name="header">The header <c>If-Match</c>.</param>
    /// <param name="version">The version that it names; null where any will do.</param>
    /// <returns>False where it names none, or several: the job compares one.</returns>
    public static bool TryParseIfMatch(StringValues header, out int? version)
    {
        version = null;
        if (header.Count == 0 || header is ["*"]) return true;
        foreach (var line in header)
            foreach (var part in line.AsSpan().Split(','))
            {
                var tag = line.AsSpan()[part].Trim();
                // An empty member says nothing, and a weak tag never matches here (RFC 9110, 5.6.1 and 13.1.1).
                if (tag.IsEmpty || tag.StartsWith("W/", StringComparison.Ordinal)) continue;
                if (tag is not ['"', .. var digits, '"']) return false;
                if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
                if (version is { } other && other != number) return false;
                version = number;
            }

        return version is not null;
    }

    /// <summary>Whether <c>If-None-Match</c> names <paramref name="version"/>; weak tags count (RFC 9110, 13.1.2).</summary>
    public static bool IsNamedBy(StringValues ifNoneMatch, int version)
    {
        if (ifNoneMatch.Count == 0) return false;
        var tag = Format(version);
        foreach (var line in ifNoneMatch)
            foreach (var part in line.AsSpan().Split(','))
            {
                var candidate = line.AsSpan()[part].Trim();
                if (candidate.StartsWith("W/", StringComparison.Ordinal)) candidate = candidate[2..];
                if (candidate is "*" || candidate.SequenceEqual(tag)) return true;
            }

        return false;
    }
}
