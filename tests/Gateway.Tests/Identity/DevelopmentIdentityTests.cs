using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using JobRequests.Testing;

namespace JobRequests.Gateway.Tests.Identity;

public sealed class DevelopmentIdentityTests
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";

    [Fact]
    public async Task The_tokens_name_acts_and_admin_has_the_role()
    {
        await using var host = await GatewayHost.StartAsync();

        foreach (var person in new[] { "ann", "admin", "a.b@c_d-e" }) Assert.Equal(200, (await host.PostAsync(Accept, "{}", person)).Status);

        Assert.Equal(
            [new Caller("ann", false), new Caller("admin", true), new Caller("a.b@c_d-e", false)], host.Jobs.Submitted.Select(command => command.Caller));
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
    public async Task A_start_with_development_identities_warns()
    {
        await using var host = await GatewayHost.StartAsync();

        Assert.Single(host.Logs.Lines, static line => line.StartsWith("Warning Development identities are on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_token_script_makes_tokens_that_a_gateway_accepts()
    {
        const string Secret = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
        await using var host = await GatewayHost.StartAsync(
            ("Identity:Development", null), ("Identity:Issuer", "jobrequests"), ("Identity:Audience", "jobrequests"), ("Identity:Keys:0:K", Secret));
        var (exitCode, token, error) = await ChildProcess.RunAsync(
            "env", [$"IDENTITY_SECRET={Secret}", Path.Combine(Repository.Root, "eng", "token"), "ann", "admin"]);
        Assert.True(exitCode == 0, error);

        var answer = await host.SendAsync(HttpMethod.Post, Accept, "{}", null, ("Idempotency-Key", "k1"), ("Authorization", $"Bearer {token.Trim()}"));

        Assert.Equal(200, answer.Status);
        Assert.Equal([new Caller("ann", true)], host.Jobs.Submitted.Select(static command => command.Caller));
    }
}
