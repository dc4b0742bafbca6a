using System.Security.Claims;

namespace JobRequests.Gateway.Identity;

/// <summary>Who calls, as the token says. Never a member of the body.</summary>
internal static class Callers
{
    public const string SubjectClaim = "sub";
    public const string AdminRole = "admin";

    public static Caller ToCaller(this ClaimsPrincipal user) => new(user.FindFirst(SubjectClaim)!.Value, user.IsInRole(AdminRole));
}
