using System.Text.RegularExpressions;
using JobRequests.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.Identity;

/// <summary>Every endpoint is called without a token. Whoever adds one that needs none has to add it to this list.</summary>
public sealed partial class AnonymousAccessTests
{
    private static readonly string[] Open =
    [
        "/health/live", "/health/ready",
        "/openapi/v1.json", "/docs/{documentName?}", "/docs/favicon.svg", "/docs/scalar.js", "/docs/scalar.aspnetcore.js", "/docs/style.css",
        "/docs/try-out.js", "/docs/idempotency", "/problems", "/problems/{type}",
        "/produce",
        "", "/board/config.json", "/board/{version}/{**path}", "/service-worker.js",
    ];

    [Fact]
    public async Task Every_endpoint_but_those_listed_asks_for_a_token()
    {
        await using var host = await GatewayHost.StartAsync();
        var endpoints = host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        var answers = new List<(string Route, string Method, int Status)>();
        foreach (var endpoint in endpoints)
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var route = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
                var address = Parameter()
                    .Replace(route, match => match.Groups[1].Value switch { "id" => Http.Job, "type" => "validation", "documentName" => "v1", _ => "x" });
                answers.Add((route, method, (await host.SendAsync(new HttpMethod(method), address, null, null)).Status));
            }

        Assert.InRange(answers.Count, 20, 200);
        var asking = answers.Where(answer => !Open.Contains(answer.Route.TrimEnd('/')));
        Assert.All(asking, answer => Assert.Equal((answer.Route, answer.Method, 401), answer));
        Assert.True(asking.Count() >= 11);
        Assert.All(answers.Except(asking), answer => Assert.NotEqual(401, answer.Status));
        Assert.Empty(host.Jobs.Submitted);
    }

    [Fact]
    public async Task Every_administrators_endpoint_refuses_everybody_else()
    {
        await using var host = await GatewayHost.StartAsync();
        var administration = host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("v1/admin/", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(administration);
        foreach (var endpoint in administration)
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                var address = Parameter().Replace("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), "x");
                var answer = await host.SendAsync(new HttpMethod(method), address, null, "ann");
                Assert.Equal((address, 403, "administrators-only"), (address, answer.Status, answer.ProblemType));
            }
    }

    [Fact]
    public async Task An_unknown_address_asks_for_a_token_too()
    {
        await using var host = await GatewayHost.StartAsync();

        Assert.Equal(401, (await host.GetAsync("/v1/secrets", person: null)).Status);
    }

    [GeneratedRegex(@"\{([^}?*]+)[?]?\}")]
    private static partial Regex Parameter();
}
