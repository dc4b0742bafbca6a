using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace JobRequests.Gateway.Identity;

/// <summary>Answers who is not known with a problem instead of an empty 401.</summary>
internal sealed class ChallengeWriter : IAuthorizationMiddlewareResultHandler
{
    private static readonly Refusal Unauthenticated = new(ProblemTypes.Unauthenticated);

    private readonly AuthorizationMiddlewareResultHandler _others = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden) context.Response.Headers.WWWAuthenticate = "Bearer error=\"insufficient_scope\"";
        if (!authorizeResult.Challenged) return _others.HandleAsync(next, context, policy, authorizeResult);
        context.Response.Headers.WWWAuthenticate = context.Request.Headers.Authorization.Count == 0 ? "Bearer" : "Bearer error=\"invalid_token\"";
        CommandAnswerWriter.SetLink(context.Response);
        return ProblemWriter.WriteAsync(context, Unauthenticated);
    }
}
