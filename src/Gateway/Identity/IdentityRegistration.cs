using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

namespace JobRequests.Gateway.Identity;

internal static class IdentityRegistration
{
    private const string BearerScheme = "Bearer";

    /// <summary>Bearer tokens; everything that does not say otherwise needs one.</summary>
    public static void AddCallers(this IServiceCollection services)
    {
        services.AddOptions<IdentityOptions>().BindConfiguration(IdentityOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IdentityOptions>, IdentityOptionsValidator>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, TokenRules>();
        services.AddHostedService<DevelopmentIdentityWarning>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, ChallengeWriter>();

        services.AddAuthentication(BearerScheme)
            .AddPolicyScheme(BearerScheme, displayName: null, options => options.ForwardDefaultSelector = SchemeFor)
            .AddScheme<AuthenticationSchemeOptions, DevelopmentIdentityHandler>(DevelopmentIdentityHandler.SchemeName, configureOptions: null)
            .AddJwtBearer(TokenRules.SchemeName, static _ => { });
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    private static string SchemeFor(HttpContext http) =>
        http.RequestServices.GetRequiredService<IOptions<IdentityOptions>>().Value.HasTokens ? TokenRules.SchemeName : DevelopmentIdentityHandler.SchemeName;
}
