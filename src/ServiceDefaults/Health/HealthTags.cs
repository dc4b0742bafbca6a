namespace JobRequests.ServiceDefaults;

/// <summary>What a health check decides.</summary>
public static class HealthTags
{
    /// <summary>Whether the process gets requests.</summary>
    public const string Ready = "ready";

    /// <summary>Whether the process may start its work.</summary>
    public const string Start = "start";
}

/// <summary>What a health check's result carries besides its description.</summary>
public static class HealthData
{
    /// <summary>The setting to look at.</summary>
    public const string Setting = "setting";

    /// <summary>Where to read on.</summary>
    public const string Docs = "docs";

    /// <summary>The data of a check's result.</summary>
    public static IReadOnlyDictionary<string, object> Of(string setting, string docs) => new Dictionary<string, object> { [Setting] = setting, [Docs] = docs };
}
