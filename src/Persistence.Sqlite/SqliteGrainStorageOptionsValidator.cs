using Microsoft.Extensions.Options;

namespace JobRequests.Persistence.Sqlite;

/// <summary>Names the storage, the option, the rule and the bad value; runs when the options are made, before anything that is built from them.</summary>
internal sealed class SqliteGrainStorageOptionsValidator(string name) : IValidateOptions<SqliteGrainStorageOptions>
{
    public ValidateOptionsResult Validate(string? name1, SqliteGrainStorageOptions options)
    {
        if (name1 != name) return ValidateOptionsResult.Skip;
        var problems = Problems(options).Select(problem => $"SQLite grain storage '{name}': {problem}").ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(SqliteGrainStorageOptions options)
    {
        if (options.DataFolder is not null && string.IsNullOrWhiteSpace(options.DataFolder))
            yield return "DataFolder must name a folder or be left out; it is empty.";
        foreach (var index in options.Indexes)
        {
            if (string.IsNullOrEmpty(index.StateName))
                yield return "Indexes: StateName must not be empty.";
            if (!index.HasValidPath)
                yield return $"Indexes: Path must look like $.name or $.name.name; it is '{index.Path}'.";
        }
    }
}
