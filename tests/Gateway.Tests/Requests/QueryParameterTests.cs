using JobRequests.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.Requests;

/// <summary>A query parameter that a route does not know is refused, and nothing happens.</summary>
public sealed class QueryParameterTests(BadInputTests.Fixture fixture) : IClassFixture<BadInputTests.Fixture>
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";

    [Theory]
    [InlineData("dry_run=true")]
    [InlineData("dryrn=1")]
    [InlineData("dry-run")]
    [InlineData("dryRun=true&dryRun=false")]
    [InlineData("dryRun=true&x")]
    [InlineData("wait=3")]
    public async Task Misspelt_parameter_executes_nothing(string query)
    {
        var answer = await fixture.Host.PostAsync($"{Accept}?{query}", "{}");

        Assert.Equal((400, "validation", "REFUSED"), (answer.Status, answer.ProblemType, answer["outcome"]));
        Assert.Empty(fixture.Host.Jobs.Submitted);
    }

    [Theory]
    [InlineData("dryRun=1")]
    [InlineData("dryRun=")]
    [InlineData("dryRun=yes")]
    [InlineData("dryrun=1")]
    public async Task Dry_run_is_true_or_false(string query)
    {
        var answer = await fixture.Host.PostAsync($"{Accept}?{query}", "{}");

        Assert.Equal((400, "dryRun"), (answer.Status, answer.WrongFields.Single()));
        Assert.Empty(fixture.Host.Jobs.Submitted);
    }

    [Fact]
    public async Task Every_route_refuses_an_unknown_parameter()
    {
        var endpoints = fixture.Host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } route && (route.StartsWith("/v1/", StringComparison.Ordinal) || route == "/produce")
                && endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null).ToList();

        Assert.InRange(endpoints.Count, 20, 200);
        foreach (var endpoint in endpoints)
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                var address = endpoint.RoutePattern.RawText!.Replace("{id}", Http.Job, StringComparison.Ordinal)
                    .Replace("{key}", "k1", StringComparison.Ordinal)
                    .Replace("{task}", "t1", StringComparison.Ordinal);
                var answer = await fixture.Host.SendAsync(new HttpMethod(method), address + "?dry_run=true", null, "admin");

                // The compatible route says in its body that it failed.
                var (status, said) = address == "/produce" ? (200, "EVENT_NOT_VALID") : (400, "dry_run");
                Assert.True(answer.Status == status, $"{method} {address}: {answer.Status}");
                Assert.Contains(said, answer.Text);
            }

        Assert.Empty(fixture.Host.Jobs.Submitted);
    }
}
