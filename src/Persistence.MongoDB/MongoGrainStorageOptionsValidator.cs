using System.Buffers;
using Microsoft.Extensions.Options;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB;

/// <summary>Runs when the options are made, before anything that is built from them. Never says a connection string.</summary>
internal sealed class MongoGrainStorageOptionsValidator(string name) : IValidateOptions<MongoGrainStorageOptions>
{
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostTimeout = TimeSpan.FromMinutes(10);

    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\. \"$*<>:|?\0");

    public ValidateOptionsResult Validate(string? name1, MongoGrainStorageOptions options)
    {
        if (name1 != name) return ValidateOptionsResult.Skip;
        var rules = new SettingRules($"Orleans:GrainStorage:{name}");
        CheckAddress(rules, options);
        rules.Require(
            options.Collection is { Length: > 0 } it && it.AsSpan().IndexOfAny('$', '\0') < 0 && !it.StartsWith("system.", StringComparison.Ordinal),
            nameof(options.Collection), $"must be a name without '$' that does not begin with 'system.', but is '{options.Collection}'.");
        rules.Between(options.MaxBatchSize, 1, 1_000);
        rules.Between(options.MaxBatchesInFlight, 1, 64);
        rules.Between(options.StartTimeout, TimeSpan.Zero, TimeSpan.FromDays(1));
        rules.Between(options.SocketTimeout, LeastTimeout, MostTimeout);
        rules.Between(options.ServerSelectionTimeout, LeastTimeout, MostTimeout);
        rules.Between(options.WaitQueueTimeout, LeastTimeout, MostTimeout);
        for (var i = 0; i < options.Indexes.Count; i++)
        {
            var index = options.Indexes[i];
            rules.Require(!string.IsNullOrEmpty(index.StateName), $"Indexes:{i}:{nameof(index.StateName)}", "must not be empty.");
            rules.Require(index.HasValidPath, $"Indexes:{i}:{nameof(index.Path)}", $"must look like $.name or $.name.name, but is '{index.Path}'.");
        }

        return rules.Result;
    }

    private static void CheckAddress(SettingRules rules, MongoGrainStorageOptions options)
    {
        if (options.ConnectionString is not { Length: > 0 } address)
        {
            if (options.ConnectionName is { Length: > 0 } missing)
                rules.Add(
                    nameof(options.ConnectionName),
                    $"names the connection string '{missing}', but there is none of that name: set ConnectionStrings:{missing}.");
            else
                rules.Add(
                    nameof(options.ConnectionString),
                    "is missing: set ConnectionName to the name of a connection string, or ConnectionString to a mongodb:// address.");
            return;
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
            rules.Add(
                nameof(options.ConnectionString),
                "must be a valid mongodb:// or mongodb+srv:// address; characters such as @ : / in a user name or password must be percent-encoded.");
            return;
        }

        if (string.IsNullOrEmpty(database))
            rules.Add(nameof(options.Database), "must be set, as the connection string names none.");
        else
            rules.Require(
                !database.AsSpan().ContainsAny(NotInNames) && database.Length <= 63,
                nameof(options.Database), $"must be a name of at most 63 characters without / \\ . \" $ * < > : | ? or spaces, but is '{database}'.");
    }
}
