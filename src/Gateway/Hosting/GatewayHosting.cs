using JobRequests.Board;
using JobRequests.Records;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.Hosting;

/// <summary>Hosts the HTTP API of job requests.</summary>
public static class GatewayHosting
{
    // "Gateway":  { "DefaultWait": "00:00:05", "MaxWait": "00:00:30", "ExecutionGrace": "00:00:30", "ClockTolerance": "00:00:02", "MaxInFlight": 2000,
    // "CallerRate": 200,
    //               "AllowedOrigins": [ "https://app.example" ], "TrustedProxies": [ "10.0.0.0/8" ], "HstsMaxAge": "365.00:00:00",
    //               "Admission": { "WaitShare": 0.4, "CreateWaitShare": 0.3, "SamplePeriod": "00:00:00.250", "Window": "00:00:04", … } }
    // "Identity": { "Authority": "https://…", "Audience": "job-requests" }
    //       or    { "Issuer": "…", "Audience": "…", "Keys": [ { "kty": "oct", "k": "…" } ] }
    //       or    { "Development": true }
    // "Board":    { "DashboardUrl": "https://…", "KafkaUiUrl": "https://…" }
    // "Feed":     { "Topic": "finalevents", "Buffer": 10000, "Heartbeat": "00:00:15", "MaxConnections": 10000, "MaxConnectionsPerCaller": 100 }

    /// <summary>
    /// Adds the gateway. It needs an <see cref="Orleans.IClusterClient"/> with the stream provider <c>requests</c>; an
    /// <see cref="IProduceFailureClassifier"/> that knows this provider's certain refusals is taken where there is one.
    /// </summary>
    public static TBuilder AddGateway<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        services.AddOptions<AdmissionOptions>().BindConfiguration(AdmissionOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AdmissionOptions>, AdmissionOptionsValidator>();
        services.ConfigureOptions<KestrelHardening>();
        services.AddWebFront();
        services.AddCallers();
        services.AddValidation();

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IClusterConnection, SameProcess>();
        services.TryAddSingleton<IProduceFailureClassifier, NothingIsCertain>();
        services.TryAddSingleton<IJobRequests, OrleansJobRequests>();
        services.TryAddSingleton<IJobCommands>(static provider => provider.GetRequiredService<IJobRequests>());
        services.TryAddSingleton<IIdempotencyCache, InMemoryIdempotencyCache>();
        services.TryAddSingleton<IRequestBacklog, UnknownBacklog>();
        services.AddSingleton<BacklogMonitor>();
        services.AddHostedService(static provider => provider.GetRequiredService<BacklogMonitor>());
        services.AddSingleton<ClosedJobs>();
        services.TryAddSingleton<IClusterOperations, OrleansOperations>();
        services.AddSingleton<StorageWatch>();
        services.AddSingleton<SiloChanges>();
        services.AddSingleton<CommandStatistics>();
        services.AddSingleton<GatewayFigures>();
        services.AddHostedService<Heartbeat>();
        services.AddSingleton<OperationsReader>();
        services.TryAddSingleton<IDeadLetters, NothingDeadLetters>();
        services.AddSingleton<Admission>();
        services.AddSingleton<WatchLimit>();
        services.AddSingleton<ReadLimit>();
        services.AddSingleton<BulkLimit>();
        services.AddSingleton<StatisticsLimit>();
        services.AddCallerQuota();
        services.AddSingleton<BodyReader>();
        services.AddSingleton<BodyValidator>();
        services.AddSingleton<CommandReader>();
        services.AddSingleton<OutcomeWaiter>();
        services.AddSingleton<PreviousJob>();
        services.AddSingleton<CommandExecutor>();
        // A cluster has secrets for it. A process that is alone forgets with its end what it has not decided, too.
        services.TryAddSingleton(static _ => RecordSignature.OfThisProcess());
        services.AddSingleton<StatusSignature>();
        services.AddSingleton<CommandProblems>();
        services.AddSingleton<CommandAnswerWriter>();
        services.AddSingleton<CommandEndpoint>();
        services.AddSingleton<BulkEndpoint>();
        services.AddSingleton<ViewLagHeader>();
        services.AddSingleton<SiloQuestions>();
        services.AddSingleton<JobReader>();
        services.AddSingleton<JobLister>();
        services.AddSingleton<StatisticsReader>();
        services.AddSingleton<ViewRebuilds>();
        services.AddSingleton<StatusQuestionReader>();
        services.AddSingleton<StatusReader>();
        services.AddSingleton<ExplanationReader>();
        services.AddSingleton<JobTimelineReader>();
        services.AddSingleton<ProduceReader>();
        services.TryAddSingleton<IVerification, OrleansVerification>();
        services.AddSingleton<VerificationReader>();
        services.AddSingleton<GatewayTelemetry>();
        services.AddSingleton<SecurityLog>();
        services.AddBoard();
        services.AddEventFeed();
        services.AddLive();
        services.AddApiDescription();
        builder.AddHealth();
        services.AddHealthChecks().AddCheck<ClusterCheck>("cluster", tags: [HealthTags.Ready]);
        return builder;
    }

    /// <summary>Maps the routes. Call it once, after everything else that the host puts in front of them.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseWebFront();
        app.UseAuthentication();
        app.UseCallerQuota();
        app.UseAuthorization();
        app.UseMiddleware<AddressMiddleware>();

        app.MapJobRequests();
        app.MapRequestStatus();
        app.MapStatistics();
        app.MapVerification();
        app.MapOperations();
        app.MapEvents();
        app.MapLive();
        app.MapDeadLetters();
        app.MapViews();
        app.MapExplanations();
        var identity = app.Services.GetRequiredService<IOptions<IdentityOptions>>().Value;
        if (identity.Development) app.MapProduce();
        app.MapDocs();
        app.MapBoard(new BoardIdentityBody(identity.Development, identity.RoleClaim));
        app.MapHealth();
        return app;
    }
}
