namespace JobRequests.Gateway.Identity;

/// <summary>Says at each start that nobody has to prove who they are.</summary>
internal sealed partial class DevelopmentIdentityWarning(
    IOptions<IdentityOptions> options, IHostApplicationLifetime lifetime, ILogger<DevelopmentIdentityWarning> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Development) lifetime.ApplicationStarted.Register(LogOpen);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning,
        "Development identities are on: every program on this machine acts as anybody, as an administrator too. Turn them off with Identity:Authority, or "
            + "Identity:Issuer with Identity:Keys.")]
    private partial void LogOpen();
}
