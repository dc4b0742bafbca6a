using JobRequests.Persistence.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

public static class SqliteServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="ISqliteDatabases"/>, and <see cref="SqliteDatabase"/> as the one of the default folder. May be called more than once.
    /// </summary>
    /// <param name="configure">Settings shared by all databases of this process, and the default folder.</param>
    public static IServiceCollection AddSqliteDatabases(this IServiceCollection services, Action<SqliteDatabaseOptions>? configure = null)
    {
        var options = services.AddOptions<SqliteDatabaseOptions>();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SqliteDatabaseOptions>, SqliteDatabaseOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ISqliteDatabases, SqliteDatabases>();
        services.TryAddSingleton(static provider => provider.GetRequiredService<ISqliteDatabases>().Get());
        return services;
    }
}
