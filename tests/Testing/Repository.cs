namespace JobRequests.Testing;

/// <summary>Where the files of this checkout are, seen from a test that runs in its build output.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The build output of a project under <c>src</c>, of the same configuration as the running test.</summary>
    public static string OutputOf(string project, string file)
    {
        // …/tests/X.Tests/bin/{configuration}/{framework}/
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(Root, "src", project, "bin", framework.Parent!.Name, framework.Name, file);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "JobRequests.slnx")))
                return folder.FullName;
        throw new InvalidOperationException($"No JobRequests.slnx above {AppContext.BaseDirectory}: tests run from the checkout that built them.");
    }
}
