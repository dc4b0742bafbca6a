using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;

namespace JobRequests.Gateway.Identity;

/// <summary><c>Bearer dev-ann</c> acts as <c>ann</c>, <c>Bearer dev-admin</c> has the admin role. For trying things out.</summary>
internal sealed class DevelopmentIdentityHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, IOptions<IdentityOptions> identity, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Development";
    public const string TokenPrefix = "dev-";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (BearerToken.Of(Request) is not { } token) return Task.FromResult(AuthenticateResult.NoResult());
        if (!identity.Value.Development || !token.StartsWith(TokenPrefix, StringComparison.Ordinal) || !WellFormed.Person(token.AsSpan(TokenPrefix.Length)))
            return Task.FromResult(AuthenticateResult.Fail("Not a development identity."));

        var person = token[TokenPrefix.Length..];
        var claims = new List<Claim> { new(Callers.SubjectClaim, person) };
        if (person == Callers.AdminRole) claims.Add(new Claim(identity.Value.RoleClaim, Callers.AdminRole));
        var principal = new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName, Callers.SubjectClaim, identity.Value.RoleClaim));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, SchemeName)));
    }
}
