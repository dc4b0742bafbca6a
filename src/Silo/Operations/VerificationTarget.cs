using JobRequests.Persistence.Sqlite;
using JobRequests.Verification;
using Microsoft.Extensions.Options;

namespace JobRequests.Silo;

/// <summary>What a silo can verify: the servers, or the data folder, that it runs on.</summary>
internal interface IVerificationTarget
{
    CheckRules Rules { get; }

    /// <exception cref="VerificationException">They cannot be read.</exception>
    IJobSource OpenJobs();

    /// <summary>Null where there are no topics.</summary>
    /// <exception cref="VerificationException">They cannot be read.</exception>
    IRecordSource? OpenRecords();
}

/// <summary>MongoDB, and Kafka, as the silo's own settings name them.</summary>
internal sealed class ClusterVerificationTarget(IConfiguration configuration) : IVerificationTarget
{
    public CheckRules Rules => new CheckRules().WithLimitsOf(configuration);

    public IJobSource OpenJobs() => MongoJobSource.Open(configuration);

    public IRecordSource? OpenRecords() => ServerSettings.Kafka(configuration) is null ? null : KafkaRecordSource.Open(configuration);
}

/// <summary>The data folder of this process.</summary>
internal sealed class DataFolderVerificationTarget(IOptions<SqliteDatabaseOptions> database, IConfiguration configuration) : IVerificationTarget
{
    public CheckRules Rules => new CheckRules().WithLimitsOf(configuration);

    public IJobSource OpenJobs() => SqliteJobSource.Open(database.Value.DataFolder);

    public IRecordSource? OpenRecords() => null;
}
