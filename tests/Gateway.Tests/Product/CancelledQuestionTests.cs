using JobRequests.Gateway.Tests.Hosting;

namespace JobRequests.Gateway.Tests.Product;

/// <summary>A question whose caller has gone ends everywhere: gateway, grain, store.</summary>
public sealed class CancelledQuestionTests(ProductHost host) : IClassFixture<ProductHost>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("/v1/stats")]
    [InlineData("/v1/job-requests/counts?requester=me")]
    [InlineData("/v1/job-requests?q=windows")]
    public async Task A_question_whose_caller_has_gone_ends_in_the_store(string address)
    {
        var held = host.Index.Held = new HeldIndex.Scan();
        using var gone = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer dev-ann");
        var asked = host.Client.SendAsync(request, gone.Token);
        await held.Began.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);

        await gone.CancelAsync();
        await held.Cancelled.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        host.Index.Held = null;
        var again = await host.GetAsync(address, "ann");
        Assert.Equal(200, again.Status);
    }
}
