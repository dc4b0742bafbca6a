namespace JobRequests.ServiceDefaults;

/// <summary>The name that somebody meant who wrote another one.</summary>
internal static class Nearest
{
    /// <returns>Null when no name is similar: more than a third of its letters would have to change.</returns>
    public static string? To(string written, IEnumerable<string> names)
    {
        var (nearest, distance) = names.Select(name => (Name: name, Distance: Distance(written.ToLowerInvariant(), name.ToLowerInvariant())))
            .DefaultIfEmpty((Name: "", Distance: int.MaxValue))
            .MinBy(static found => found.Distance);
        return distance <= Math.Max(1, (nearest.Length + 1) / 3) ? nearest : null;
    }

    // Letters that are missing, added, replaced, or exchanged with their neighbour.
    private static int Distance(string from, string to)
    {
        var costs = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
            for (var j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    costs[i, j] = i + j;
                    continue;
                }

                costs[i, j] = Math.Min(Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1, costs[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
            }

        return costs[from.Length, to.Length];
    }
}
