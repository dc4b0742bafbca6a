using Microsoft.Extensions.Options;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB;

/// <summary>
/// Names the storage, the option, the rule and the bad value, never a connection string. It runs when the options are made, before anything
/// that is built from them.
/// </summary>
internal sealed class MongoGrainStorageOptionsValidator(string name) : IValidateOptions<MongoGrainStorageOptions>
{
    private const int LargestBatch = 1000;

    public ValidateOptionsResult Validate(string? name1, MongoGrainStorageOptions options)
    {
        if (name1 != name) return ValidateOptionsResult.Skip;
        var problems = Problems(options).Select(problem => $"MongoDB grain storage '{name}': {problem}").ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(MongoGrainStorageOptions options)
    {
        if (AddressProblem(options) is { } address)
            yield return address;
        if (options.Collection is not { Length: > 0 } collection
            || collection.Contains('$')
            || collection.Contains('\0')
            || collection.StartsWith("system.", StringComparison.Ordinal))
            yield return $"Collection must be a name without '$' that does not begin with 'system.'; it is '{options.Collection}'.";
        if (options.MaxBatchSize is < 1 or > LargestBatch)
            yield return $"MaxBatchSize must be 1 to {LargestBatch}; it is {options.MaxBatchSize}.";
        if (options.MaxBatchesInFlight is < 1 or > 64)
            yield return $"MaxBatchesInFlight must be 1 to 64; it is {options.MaxBatchesInFlight}.";
        if (options.StartTimeout < TimeSpan.Zero || options.StartTimeout > TimeSpan.FromDays(1))
            yield return $"StartTimeout must be 00:00:00 to 1.00:00:00; it is {options.StartTimeout}.";
        foreach (var (option, value) in new[]
            { (nameof(options.SocketTimeout), options.SocketTimeout), (nameof(options.ServerSelectionTimeout), options.ServerSelectionTimeout),
                (nameof(options.WaitQueueTimeout), options.WaitQueueTimeout) })
            if (value < TimeSpan.FromMilliseconds(100) || value > TimeSpan.FromMinutes(10))
                yield return $"{option} must be 00:00:00.1 to 00:10:00; it is {value}.";
        foreach (var index in options.Indexes)
        {
            if (string.IsNullOrEmpty(index.StateName))
                yield return "Indexes: StateName must not be empty.";
            if (!index.HasValidPath)
                yield return $"Indexes: Path must look like $.name or $.name.name; it is '{index.Path}'.";
        }
    }

    private static string? AddressProblem(MongoGrainStorageOptions options)
    {
        if (options.ConnectionString is not { Length: > 0 } address)
        {
            return options.ConnectionName is { Length: > 0 } missing
                ? $"ConnectionName is '{missing}', but there is no connection string of that name: set ConnectionStrings:{missing}."
                : "set ConnectionName to the name of a connection string, or ConnectionString to a mongodb:// address.";
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
            return "ConnectionString must be a valid mongodb:// or mongodb+srv:// address; characters such as @ : / in a user name or password must be "
                + "percent-encoded.";
        }
        if (string.IsNullOrEmpty(database))
            return "Database must be set, as the connection string names none.";
        return database.AsSpan().IndexOfAny("/\\. \"$*<>:|?\0") >= 0 || database.Length > 63
            ? $"Database must be a name of at most 63 characters without / \\ . \" $ * < > : | ? or spaces; it is '{database}'."
            : null;
    }
}
