using JobRequests.Gateway.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

internal static class IdentityRegistration
{
    private const string BearerScheme = "Bearer";

    /// <summary>Bearer tokens; everything that does not say otherwise needs one.</summary>
    public static void AddCallers(this IServiceCollection services)
    {
        services.AddOptions<JobRequests.Gateway.IdentityOptions>().BindConfiguration(JobRequests.Gateway.IdentityOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<JobRequests.Gateway.IdentityOptions>, IdentityOptionsValidator>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, TokenRules>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, ChallengeWriter>();

        services.AddAuthentication(BearerScheme)
            .AddPolicyScheme(BearerScheme, displayName: null, options => options.ForwardDefaultSelector = SchemeFor)
            .AddScheme<AuthenticationSchemeOptions, DevelopmentIdentityHandler>(DevelopmentIdentityHandler.SchemeName, configureOptions: null)
            .AddJwtBearer(TokenRules.SchemeName, static _ => { });
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder(BearerScheme).RequireAuthenticatedUser().Build());
    }

    private static string SchemeFor(HttpContext http)
    {
        var identity = http.RequestServices.GetRequiredService<IOptions<JobRequests.Gateway.IdentityOptions>>().Value;
        var isDevelopmentToken = identity.Development && BearerToken.Of(http.Request)?.StartsWith(DevelopmentIdentityHandler.TokenPrefix, StringComparison.Ordinal) == true;
        return identity.HasTokens && !isDevelopmentToken ? TokenRules.SchemeName : DevelopmentIdentityHandler.SchemeName;
    }
}
