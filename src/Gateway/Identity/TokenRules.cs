using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace JobRequests.Gateway.Identity;

/// <summary>Which tokens are accepted: signed by a configured key with a listed algorithm, for this audience, not expired.</summary>
internal sealed class TokenRules(IOptions<IdentityOptions> identity) : IConfigureNamedOptions<JwtBearerOptions>
{
    public const string SchemeName = "Token";

    // A token that brings its own key, or says where to fetch it, is somebody's attempt; crit asks for a rule that is not known here.
    private static readonly string[] RefusedHeaders = ["jku", "x5u", "jwk", "crit"];

    // The same issuer signs other tokens with the same key: those that tell a client who has signed in or out are no access tokens (RFC 9068).
    private static readonly string[] AccessTypes = ["at+jwt", "application/at+jwt"];
    private static readonly string[] UntypedTypes = ["", "JWT"];
    private static readonly string[] ClaimsOfOthers = ["at_hash", "c_hash", "events"];
    private static readonly (string Claim, string Value)[] KindsOfOthers = [("token_use", "id"), ("typ", "ID"), ("typ", "Logout"), ("typ", "Refresh")];

    // Some issuers (Keycloak before 24) copy an ID token's nonce into the access token; only the latter tells what its client may do.
    private const string Nonce = "nonce";
    private static readonly string[] ClaimsOfAccess = ["scope", "scp", "client_id"];

    public void Configure(JwtBearerOptions options) => Configure(SchemeName, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        var settings = identity.Value;
        if (name != SchemeName || !settings.HasTokens) return;

        var keys = SigningKeys.Read(settings);
        options.Authority = settings.Authority;
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.IncludeErrorDetails = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            ValidateIssuer = true,
            ValidAudience = settings.Audience,
            ValidateAudience = true,
            IssuerSigningKeys = keys,
            ValidateIssuerSigningKey = true,
            ValidAlgorithms = SigningKeys.AlgorithmsFor(settings, keys),
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ValidateLifetime = true,
            ClockSkew = settings.ClockSkew,
            NameClaimType = Callers.SubjectClaim,
            RoleClaimType = settings.RoleClaim,
        };
        options.Events = new JwtBearerEvents { OnMessageReceived = ReadAsync, OnTokenValidated = CheckAsync };
    }

    private static Task ReadAsync(MessageReceivedContext context)
    {
        context.Token = BearerToken.Of(context.Request);
        return Task.CompletedTask;
    }

    private static Task CheckAsync(TokenValidatedContext context)
    {
        if (context.SecurityToken is not JsonWebToken token || RefusedHeaders.Any(header => token.TryGetHeaderValue<object>(header, out _)))
            context.Fail("The token's header asks for what is not done.");
        else if (!IsAccessToken(token))
            context.Fail("The token is not an access token.");
        else if (!WellFormed.Person(context.Principal?.FindFirst(Callers.SubjectClaim)?.Value))
            context.Fail("The token's subject is not a name.");
        return Task.CompletedTask;
    }

    private static bool IsAccessToken(JsonWebToken token)
    {
        var isTyped = AccessTypes.Contains(token.Typ ?? "", StringComparer.OrdinalIgnoreCase);
        return (isTyped || UntypedTypes.Contains(token.Typ ?? "", StringComparer.OrdinalIgnoreCase))
            && !Array.Exists(ClaimsOfOthers, Has)
            && !Array.Exists(KindsOfOthers, kind => token.TryGetPayloadValue<string>(kind.Claim, out var value)
                && string.Equals(value, kind.Value, StringComparison.OrdinalIgnoreCase))
            && (isTyped || !Has(Nonce) || Array.Exists(ClaimsOfAccess, Has));

        bool Has(string claim) => token.TryGetPayloadValue<object>(claim, out _);
    }
}
