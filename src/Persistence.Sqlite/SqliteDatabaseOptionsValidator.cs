using Microsoft.Extensions.Options;

namespace JobRequests.Persistence.Sqlite;

/// <summary>Names the option, the rule and the bad value.</summary>
internal sealed class SqliteDatabaseOptionsValidator : IValidateOptions<SqliteDatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, SqliteDatabaseOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    public static void Check(SqliteDatabaseOptions options)
    {
        var problems = Problems(options).ToList();
        if (problems.Count > 0)
            throw new OptionsValidationException(string.Empty, typeof(SqliteDatabaseOptions), problems);
    }

    private static IEnumerable<string> Problems(SqliteDatabaseOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.DataFolder))
            yield return "DataFolder must name a folder; it is empty.";
        if (string.IsNullOrWhiteSpace(options.FileName) || options.FileName != Path.GetFileName(options.FileName))
            yield return $"FileName must be a file name without a folder; it is '{options.FileName}'.";
        if (options.MaxGroupSize is < 1 or > 10_000)
            yield return $"MaxGroupSize must be between 1 and 10000; it is {options.MaxGroupSize}.";
        if (options.Readers is < 1 or > 64)
            yield return $"Readers must be between 1 and 64; it is {options.Readers}.";
        if (options.CoalesceWindow < TimeSpan.Zero || options.CoalesceWindow > TimeSpan.FromSeconds(10))
            yield return $"CoalesceWindow must be between 0 and 10 s; it is {options.CoalesceWindow}.";
        if (options.BusyTimeout <= TimeSpan.Zero || options.BusyTimeout > TimeSpan.FromMinutes(5))
            yield return $"BusyTimeout must be above 0 and at most 5 min; it is {options.BusyTimeout}.";
        if (options.MaxMegabytes is < 1)
            yield return $"MaxMegabytes must be at least 1; it is {options.MaxMegabytes}.";
    }
}
