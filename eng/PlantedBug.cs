namespace JobRequests;

/// <summary>
/// Mistakes that the tests must find. Compiled in with <c>-p:PlantedBugs=true</c> only; a process makes the one that
/// <c>JOBREQUESTS_PLANTED_BUG</c> names. See <c>eng/planted-bugs</c>.
/// </summary>
internal static class PlantedBug
{
    private static readonly string? Active = System.Environment.GetEnvironmentVariable("JOBREQUESTS_PLANTED_BUG");

    public static bool Is(string name) => Active == name;
}
