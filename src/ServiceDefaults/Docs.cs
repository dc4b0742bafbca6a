namespace JobRequests.ServiceDefaults;

/// <summary>Where operators read on.</summary>
public static class Docs
{
    private const string Operations = "docs/operations.md";

    public const string StartFailures = Operations + "#it-does-not-start";
    public const string Settings = Operations + "#settings";
    public const string AddressInUse = Operations + "#address-in-use";
    public const string Cluster = Operations + "#cluster";
    public const string DataFolder = Operations + "#the-data-folder";
    public const string Clocks = Operations + "#clocks";
    public const string Kafka = Operations + "#kafka";
    public const string MongoDB = Operations + "#mongodb";
    public const string Redis = Operations + "#redis";
    public const string Stopping = Operations + "#stopping";
}
