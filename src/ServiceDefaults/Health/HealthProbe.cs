using Microsoft.Extensions.Configuration;

namespace JobRequests.ServiceDefaults;

/// <summary><c>--health true</c>: asks the process with the same settings whether it lives, and exits with 0 if it does.</summary>
internal static class HealthProbe
{
    public const string Setting = "health";

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(IConfiguration configuration)
    {
        var address = AddressOf(configuration);
        try
        {
            using var http = new HttpClient { Timeout = AnswerTimeout };
            using var answer = await http.GetAsync(new Uri(address, "/health/live"));
            return answer.IsSuccessStatusCode ? 0 : ServiceProcess.Failed;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer: {exception.Message}");
            return ServiceProcess.Failed;
        }
    }

    /// <summary>The first address it listens on, seen from the same machine.</summary>
    private static Uri AddressOf(IConfiguration configuration)
    {
        if (configuration["Urls"] is not { Length: > 0 } urls)
            return new Uri($"http://127.0.0.1:{configuration["HTTP_PORTS"]?.Split(';')[0] ?? "8080"}");
        var first = urls.Split(';')[0].Replace("//*", "//127.0.0.1", StringComparison.Ordinal).Replace("//+", "//127.0.0.1", StringComparison.Ordinal);
        var uri = new UriBuilder(first);
        if (uri.Host is "0.0.0.0" or "[::]") uri.Host = "127.0.0.1";
        return uri.Uri;
    }
}
