using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.IdentityModel.Tokens;

namespace JobRequests.Gateway.Tests.Identity;

public sealed class TokenTests : IAsyncLifetime
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";

    private readonly Tokens _tokens = new();
    private GatewayHost _host = null!;

    public static TheoryData<string> Wrong =>
    [
        "another symmetric key", "another asymmetric key", "another algorithm", "public key as secret", "alg none", "expired", "not yet valid",
        "another issuer",
        "another audience", "no expiry", "no subject", "subject that is no name", "jku", "x5u", "crit", "logout token", "ID token", "ID token of another name",
        "ID token with a nonce alone", "development identity", "nonsense", "empty", "basic",
    ];

    public async ValueTask InitializeAsync() => _host = await GatewayHost.StartAsync(_tokens.Settings);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _tokens.Dispose();
    }

    [Fact]
    public async Task The_subject_of_the_token_is_who_acts()
    {
        Assert.Equal(200, (await PostAsync("Bearer " + _tokens.Symmetric("ann"))).Status);
        Assert.Equal(200, (await PostAsync("bearer " + _tokens.Asymmetric("bob@example.org"))).Status);
        Assert.Equal(200, (await PostAsync("Bearer " + _tokens.Symmetric("olga", "admin"))).Status);
        Assert.Equal(
            [new Caller("ann", false), new Caller("bob@example.org", false), new Caller("olga", true)], _host.Jobs.Submitted.Select(command => command.Caller));
    }

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("application/at+jwt")]
    [InlineData("jwt")]
    public async Task Every_name_of_an_access_token_is_accepted(string type) =>
        Assert.Equal(200, (await PostAsync("Bearer " + _tokens.Symmetric(change: token => token.TokenType = type))).Status);

    [Theory]
    [InlineData("at+jwt", "sid")]
    [InlineData("JWT", "scope")]
    [InlineData("JWT", "scp")]
    [InlineData("JWT", "client_id")]
    public async Task An_access_token_may_carry_a_nonce(string type, string claim) =>
        Assert.Equal(200, (await PostAsync("Bearer " + _tokens.Symmetric(change: token =>
    {
        token.TokenType = type;
        token.Claims = new Dictionary<string, object> { ["nonce"] = "n", [claim] = "board" };
    }))).Status);

    [Fact]
    public async Task A_role_of_another_name_is_not_the_admin_role()
    {
        await PostAsync("Bearer " + _tokens.Symmetric("ann", "Admin"));

        Assert.False(_host.Jobs.Submitted.Single().Caller.IsAdmin);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_token_that_is_wrong_is_401(string kind)
    {
        var answer = await PostAsync(kind switch
        {
            "another symmetric key" => "Bearer " + Tokens.OfAnotherKey(SecurityAlgorithms.HmacSha256),
            "another asymmetric key" => "Bearer " + Tokens.OfAnotherKey(SecurityAlgorithms.EcdsaSha256),
            "another algorithm" => "Bearer " + _tokens.OfAnotherAlgorithm(),
            "public key as secret" => "Bearer " + _tokens.OfPublicKeyAsSecret(),
            "alg none" => "Bearer " + Tokens.Unsigned(),
            "expired" => "Bearer " + _tokens.Symmetric(change: token => token.Expires = DateTime.UtcNow.AddSeconds(-31)),
            "not yet valid" => "Bearer " + _tokens.Symmetric(change: token => token.NotBefore = DateTime.UtcNow.AddSeconds(60)),
            "another issuer" => "Bearer " + _tokens.Symmetric(change: token => token.Issuer = "https://attacker.example"),
            "another audience" => "Bearer " + _tokens.Symmetric(change: token => token.Audience = "payroll"),
            "no expiry" => "Bearer " + _tokens.Symmetric(change: token => token.Expires = null),
            "no subject" => "Bearer " + _tokens.Symmetric(change: token => token.Subject = null),
            "subject that is no name" => "Bearer " + _tokens.Symmetric("$x"),
            "jku" or "x5u" or "crit" => "Bearer " + _tokens.WithHeader(kind),
            "logout token" => "Bearer " + _tokens.Symmetric(change: token => token.TokenType = "logout+jwt"),
            "ID token" => "Bearer " + _tokens.Symmetric(change: token => token.Claims = new Dictionary<string, object> { ["nonce"] = "n", ["at_hash"] = "h" }),
            "ID token of another name" =>
                "Bearer " + _tokens.Symmetric(change: token => token.Claims = new Dictionary<string, object> { ["token_use"] = "id" }),
            "ID token with a nonce alone" =>
                "Bearer " + _tokens.Symmetric(change: token => token.Claims = new Dictionary<string, object> { ["nonce"] = "n", ["azp"] = "board" }),
            "development identity" => "Bearer dev-ann",
            "nonsense" => "Bearer nonsense",
            "empty" => "Bearer ",
            _ => "Basic YW5uOmFubg==",
        });

        Assert.Equal(401, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentHeaders.ContentType?.MediaType);
        Assert.Equal("unauthenticated", answer.ProblemType);
        Assert.Equal("REFUSED", answer["outcome"]);
        Assert.Equal("true", answer.Json["retry"]!["outcomeKnown"]!.ToString());
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Header("WWW-Authenticate"));
        Assert.Empty(_host.Jobs.Submitted);
    }

    [Fact]
    public async Task No_token_is_401()
    {
        var answer = await PostAsync(null);

        Assert.Equal(401, answer.Status);
        Assert.Equal("Bearer", answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_token_that_expired_within_the_skew_is_accepted() =>
        Assert.Equal(200, (await PostAsync("Bearer " + _tokens.Symmetric(change: token => token.Expires = DateTime.UtcNow.AddSeconds(-20)))).Status);

    [Fact]
    public async Task No_token_and_no_body_is_ever_logged()
    {
        var token = _tokens.Symmetric();
        await PostAsync("Bearer " + token, """{"reason":"secret-in-the-body"}""");
        await PostAsync("Bearer x." + token, "{}");

        Assert.NotEmpty(_host.Logs.Lines);
        Assert.DoesNotContain(_host.Logs.Lines, line => line.Contains(token.Split('.')[2], StringComparison.Ordinal)
            || line.Contains("secret-in-the-body", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_compatibility_route_does_not_exist_without_development_identities() =>
        Assert.Equal(404, (await _host.SendAsync(HttpMethod.Post, "/produce", "{}", null, ("Authorization", "Bearer " + _tokens.Symmetric()))).Status);

    private Task<Answer> PostAsync(string? authorization, string body = "{}") => _host.SendAsync(
        HttpMethod.Post, Accept, body, null,
        [("Idempotency-Key", "k1"), .. authorization is null ? Array.Empty<(string, string)>() : [("Authorization", authorization)]]);
}
