namespace JobRequests.Standalone;

/// <summary>What a person sees when the process is ready.</summary>
internal static class Welcome
{
    public static void Print(WebApplication app, StandaloneOptions options)
    {
        var url = app.Urls.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);
        Console.WriteLine($"JobRequests is ready at {url} · open it in the browser · API: {url}/docs · data: {Path.GetFullPath(options.DataFolder)}");
        Console.WriteLine("Win a job – paste this:");
        Console.WriteLine($"  {WinAJob(url)}");
    }

    private static string WinAJob(string url) =>
        $"JOB=$(curl -s {url}/v1/job-requests -H 'Authorization: Bearer dev-zoe' -H \"Idempotency-Key: k-$(date +%s%N)\" " +
        "-H 'Content-Type: application/json' -d '{\"candidates\":[\"ann\",\"bob\"],\"tasks\":[{\"id\":\"t1\",\"name\":\"windows\"}]}' " +
        "| sed 's/.*\"jobRequestId\":\"\\([^\"]*\\)\".*/\\1/;q') && " +
        $"curl -s -X POST {url}/v1/job-requests/$JOB/accept -H 'Authorization: Bearer dev-ann' -H \"Idempotency-Key: k-$(date +%s%N)\"; echo";
}
