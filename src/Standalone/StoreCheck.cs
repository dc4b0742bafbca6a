using JobRequests.Persistence.Sqlite;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Standalone;

/// <summary>Whether the database answers, and what its reads and writes have met.</summary>
internal sealed class StoreCheck(SqliteDatabase database) : IHealthCheck
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = HealthData.Of(StandaloneOptions.DataName, Docs.DataFolder);
        try
        {
            await database.CheckAsync(cancellationToken).WaitAsync(AnswerTimeout, cancellationToken);
            return HealthCheckResult.Healthy(data: data);
        }
        catch (DataFolderException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message, exception, data);
        }
        catch (TimeoutException exception)
        {
            return HealthCheckResult.Unhealthy($"The database did not answer within {AnswerTimeout.TotalSeconds:F0} s.", exception, data);
        }
    }
}
