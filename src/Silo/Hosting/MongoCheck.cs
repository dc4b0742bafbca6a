using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers the check <c>mongodb</c>.</summary>
internal static class MongoCheckHosting
{
    /// <summary>Where the job documents are in MongoDB: whether it answers.</summary>
    public static IHostApplicationBuilder AddMongoCheck(this IHostApplicationBuilder builder, params string[] tags)
    {
        var storage = builder.Configuration.GetSection($"Orleans:GrainStorage:{JobRequestOptions.StorageName}");
        if (storage["ProviderType"] != "MongoDB") return builder;
        var setting = storage["ConnectionString"] is { Length: > 0 } ? $"{storage.Path}:ConnectionString" : $"ConnectionStrings:{storage["ConnectionName"]}";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            "mongodb",
            provider => new MongoCheck(provider.GetRequiredKeyedService<IMongoDatabase>(JobRequestOptions.StorageName), setting),
            HealthStatus.Unhealthy,
            tags));
        return builder;
    }
}

/// <summary>Whether MongoDB answers.</summary>
internal sealed class MongoCheck(IMongoDatabase database, string setting) : IHealthCheck
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);
    private static readonly BsonDocument Ping = new("ping", 1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = HealthData.Of(setting, Docs.MongoDB);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(AnswerTimeout);
        try
        {
            await database.RunCommandAsync<BsonDocument>(Ping, cancellationToken: timeout.Token);
            return HealthCheckResult.Healthy(data: data);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"MongoDB did not answer within {AnswerTimeout.TotalSeconds:F0} s.", exception, data);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy(WhatWasSeen(exception), exception, data);
        }
    }

    private static string WhatWasSeen(Exception exception) => exception switch
    {
        MongoAuthenticationException => "MongoDB refused the user or password.",
        MongoCommandException { Code: 13 } => "MongoDB does not allow this user to ask.",
        TimeoutException or MongoConnectionException => "MongoDB cannot be reached.",
        _ => $"MongoDB cannot be used: {exception.GetType().Name}.",
    };
}
