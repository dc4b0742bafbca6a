using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace JobRequests.EndToEnd.Tests;

internal static class JobCreation
{
    /// <summary>Sends a create of a job without tasks, once.</summary>
    public static async Task<HttpResponseMessage> CreateAsync(this HttpClient http, string person, string key, params string[] candidates)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/job-requests");
        request.Content = JsonContent.Create(new { candidates, tasks = (string[])[] });
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "dev-" + person);
        request.Headers.Add("Idempotency-Key", key);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
