namespace JobRequests.Gateway.Identity;

/// <summary>What only administrators may ask.</summary>
internal static class Administrators
{
    public static TBuilder RequireAdministrator<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint
        .RequireAuthorization(static policy => policy.RequireAuthenticatedUser().RequireRole(Callers.AdminRole))
        .WithMetadata(Mark.Instance);

    public static bool IsRequiredBy(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<Mark>() is not null;

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }
}
