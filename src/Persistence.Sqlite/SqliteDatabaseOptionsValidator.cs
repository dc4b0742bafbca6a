using Microsoft.Extensions.Options;

namespace JobRequests.Persistence.Sqlite;

internal sealed class SqliteDatabaseOptionsValidator : IValidateOptions<SqliteDatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, SqliteDatabaseOptions options)
    {
        var rules = new SettingRules(section: null);
        rules.Require(!string.IsNullOrWhiteSpace(options.DataFolder), nameof(options.DataFolder), "must name a folder, but is empty.");
        rules.Require(
            !string.IsNullOrWhiteSpace(options.FileName) && options.FileName == Path.GetFileName(options.FileName),
            nameof(options.FileName), $"must be a file name without a folder, but is '{options.FileName}'.");
        rules.Between(options.MaxGroupSize, 1, 10_000);
        rules.Between(options.Readers, 1, 64);
        rules.Between(options.CoalesceWindow, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        rules.Between(options.BusyTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(5));
        rules.AtLeast(options.MaxMegabytes ?? 1, 1, nameof(options.MaxMegabytes));
        return rules.Result;
    }

    public static void Check(SqliteDatabaseOptions options)
    {
        if (new SqliteDatabaseOptionsValidator().Validate(null, options) is { Failed: true, Failures: var mistakes })
            throw new OptionsValidationException(string.Empty, typeof(SqliteDatabaseOptions), mistakes);
    }
}
