using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace JobRequests.Gateway.Requests;

/// <summary>A job's version as an entity tag: <c>"7"</c>.</summary>
internal static class VersionTag
{
    public static string Format(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <returns>False where the header names anything but one strong version.</returns>
    public static bool TryParseIfMatch(StringValues header, out int? version)
    {
        version = null;
        if (header.Count == 0) return true;
        if (header.Count > 1 || header[0] is not ['"', .. var digits, '"']) return false;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        version = number;
        return true;
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
