using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB;

/// <summary>Names the storage, the option, the rule and the bad value, never a connection string; fails the silo's start.</summary>
internal sealed class MongoGrainStorageOptionsValidator(MongoGrainStorageOptions options, string name) : IConfigurationValidator
{
    private const int LargestBatch = 1000;

    public void ValidateConfiguration()
    {
        ValidateAddress();
        if (options.Collection is not { Length: > 0 } collection || collection.Contains('$') || collection.Contains('\0') || collection.StartsWith("system.", StringComparison.Ordinal))
            throw Invalid($"Collection must be a name without '$' that does not begin with 'system.'; it is '{options.Collection}'.");
        if (options.MaxBatchSize is < 1 or > LargestBatch)
            throw Invalid($"MaxBatchSize must be 1 to {LargestBatch}; it is {options.MaxBatchSize}.");
        if (options.MaxBatchesInFlight is < 1 or > 64)
            throw Invalid($"MaxBatchesInFlight must be 1 to 64; it is {options.MaxBatchesInFlight}.");
        if (options.StartTimeout < TimeSpan.Zero || options.StartTimeout > TimeSpan.FromDays(1))
            throw Invalid($"StartTimeout must be 00:00:00 to 1.00:00:00; it is {options.StartTimeout}.");
        MustBeSeconds(nameof(options.SocketTimeout), options.SocketTimeout);
        MustBeSeconds(nameof(options.ServerSelectionTimeout), options.ServerSelectionTimeout);
        MustBeSeconds(nameof(options.WaitQueueTimeout), options.WaitQueueTimeout);
        foreach (var index in options.Indexes)
        {
            if (string.IsNullOrEmpty(index.StateName))
                throw Invalid("Indexes: StateName must not be empty.");
            if (!index.HasValidPath)
                throw Invalid($"Indexes: Path must look like $.name or $.name.name; it is '{index.Path}'.");
        }
    }

    private void ValidateAddress()
    {
        if (options.ConnectionString is not { Length: > 0 } address)
        {
            throw options.ConnectionName is { Length: > 0 } missing
                ? Invalid($"ConnectionName is '{missing}', but there is no connection string of that name: set ConnectionStrings:{missing}.")
                : Invalid("set ConnectionName to the name of a connection string, or ConnectionString to a mongodb:// address.");
        }
        string? database;
        try
        {
            var url = MongoUrl.Create(address);
            database = options.Database ?? url.DatabaseName;
        }
        catch (Exception exception) when (exception is MongoConfigurationException or FormatException or ArgumentException)
        {
            // Neither the value nor the driver's message, which repeats it with its password.
            throw Invalid("ConnectionString must be a valid mongodb:// or mongodb+srv:// address; characters such as @ : / in a user name or password must be percent-encoded.");
        }
        if (string.IsNullOrEmpty(database))
            throw Invalid("Database must be set, as the connection string names none.");
        if (database.AsSpan().IndexOfAny("/\\. \"$*<>:|?\0") >= 0 || database.Length > 63)
            throw Invalid($"Database must be a name of at most 63 characters without / \\ . \" $ * < > : | ? or spaces; it is '{database}'.");
    }

    private void MustBeSeconds(string option, TimeSpan value)
    {
        if (value < TimeSpan.FromMilliseconds(100) || value > TimeSpan.FromMinutes(10))
            throw Invalid($"{option} must be 00:00:00.1 to 00:10:00; it is {value}.");
    }

    private OrleansConfigurationException Invalid(string problem) => new($"MongoDB grain storage '{name}': {problem}");
}
