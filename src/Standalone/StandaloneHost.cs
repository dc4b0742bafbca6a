using JobRequests.Gateway;
using JobRequests.Persistence.Sqlite;
using JobRequests.ServiceDefaults;
using Orleans.Configuration;

namespace JobRequests.Standalone;

/// <summary>Silo and gateway in one process, on in-process streams and SQLite. No server, no network but HTTP.</summary>
internal static class StandaloneHost
{
    private const string Development = $"{IdentityOptions.Section}:{nameof(IdentityOptions.Development)}";

    public static WebApplicationBuilder CreateBuilder(StandaloneOptions options, string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = settings,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Named(settings) ?? "Standalone",
        });
        if (options.Urls is { } urls) builder.Configuration["Urls"] = urls;
        builder.Services.AddSqliteDatabases(sqlite =>
        {
            sqlite.DataFolder = options.DataFolder;
            sqlite.FileName = "jobs.db";
        });
        return builder;
    }

    // All the ways in which the host would hear it.
    private static string? Named(string[] settings) => new ConfigurationBuilder()
        .AddEnvironmentVariables("DOTNET_")
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddCommandLine(settings)
            .Build()[HostDefaults.EnvironmentKey] is { Length: > 0 } named ? named : null;

    public static void Add(WebApplicationBuilder builder)
    {
        // Whoever says nothing of identities tries it out on this machine. A word about them, an address that others reach, or production ends that.
        if (!builder.Environment.IsProduction()
            && !builder.Configuration.GetSection(IdentityOptions.Section).Exists()
            && ListenAddresses.Of(builder.Configuration).All(static address => address.IsLoopback))
            builder.Configuration[Development] = "true";

        builder.AddServiceDefaults();
        // A silo that is alone talks to nobody, but Orleans wants an address of its own.
        builder.AddSilo(silo => silo
            .UseLocalhostClustering(siloPort: ListenAddresses.FreePort(), gatewayPort: 0)
            .Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "jobrequests"));
        builder.Services.AddSingleton<IProduceFailureClassifier, InProcessProduceFailureClassifier>();
        builder.Services.AddSingleton<IRequestBacklog, InProcessRequestBacklog>();
        builder.AddGateway();
        builder.Services.AddHealthChecks().AddCheck<StoreCheck>("store", tags: [HealthTags.Ready]);
    }

    /// <summary>Start failures that only the data folder knows of.</summary>
    public static string? Explain(Exception exception) => exception is DataFolderException { Message: var message, Problem: var problem }
        ? message.Replace(nameof(SqliteDatabaseOptions.DataFolder), StandaloneOptions.DataName, StringComparison.Ordinal) + Remedy(problem)
        : null;

    private static string Remedy(DataFolderProblem problem) =>
        problem is DataFolderProblem.OtherLog or DataFolderProblem.HalfRestored or DataFolderProblem.Damaged
        ? " `jobctl restore --data FOLDER --from BACKUP` does that."
        : "";
}
