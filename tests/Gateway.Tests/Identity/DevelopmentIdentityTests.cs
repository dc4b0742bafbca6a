using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Identity;

public sealed class DevelopmentIdentityTests
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";

    [Fact]
    public async Task The_name_in_the_token_acts_and_admin_has_the_role()
    {
        await using var host = await GatewayHost.StartAsync();

        foreach (var person in new[] { "ann", "admin", "a.b@c_d-e" }) Assert.Equal(200, (await host.PostAsync(Accept, "{}", person)).Status);

        Assert.Equal([new Caller("ann", false), new Caller("admin", true), new Caller("a.b@c_d-e", false)], host.Jobs.Submitted.Select(command => command.Caller));
    }

    [Theory]
    [InlineData("Bearer dev-")]
    [InlineData("Bearer dev-$x")]
    [InlineData("Bearer dev-a b")]
    [InlineData("Bearer DEV-ann")]
    [InlineData("Bearer ann")]
    [InlineData("Bearer dev-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("dev-ann")]
    public async Task Another_form_is_401(string authorization)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Post, Accept, "{}", null, ("Idempotency-Key", "k1"), ("Authorization", authorization));

        Assert.Equal(401, answer.Status);
        Assert.Empty(host.Jobs.Submitted);
    }

    [Fact]
    public async Task Tokens_and_development_identities_can_be_accepted_together()
    {
        using var tokens = new Tokens();
        await using var host = await GatewayHost.StartAsync([.. tokens.Settings, ("Identity:Development", "true")]);

        Assert.Equal(200, (await host.PostAsync(Accept, "{}", "ann")).Status);
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Post, Accept, "{}", null, ("Idempotency-Key", "k1"), ("Authorization", "Bearer " + tokens.Symmetric("bob")))).Status);
        Assert.Equal(["ann", "bob"], host.Jobs.Submitted.Select(command => command.Caller.Person));
    }
}
