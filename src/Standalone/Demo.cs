namespace JobRequests.Standalone;

/// <summary>A race of many candidates over a few jobs, through HTTP like everybody else.</summary>
internal static class Demo
{
    public static Task PlayAsync(string url, CancellationToken cancellationToken) => Task.CompletedTask;
}
