namespace JobRequests.Testing;

/// <summary>Where the files of this checkout are, seen from a test that runs in its build output.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Which build of the product runs, as <c>eng/cluster</c> calls it: that of the running test's configuration, unless the environment says
    /// another one.</summary>
    public static string Profile { get; } =
        Environment.GetEnvironmentVariable("CLUSTER_PROFILE") is { Length: > 0 } named ? named : Framework.Parent!.Name == "Debug" ? "dev" : "release";

    // …/tests/X.Tests/bin/{configuration}/{framework}/
    private static DirectoryInfo Framework => new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    /// <summary>A file of a project under <c>src</c>, as it was built.</summary>
    public static string OutputOf(string project, string file) => Path.Combine(
        [Root, "src", project, "bin", .. Profile == "published" ? [Profile] : (string[])[Framework.Parent!.Name, Framework.Name], file]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "JobRequests.slnx")))
                return folder.FullName;
        throw new InvalidOperationException($"No JobRequests.slnx above {AppContext.BaseDirectory}: tests run from the checkout that built them.");
    }
}
