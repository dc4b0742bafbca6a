namespace JobRequests.Persistence.Sqlite;

/// <summary>Names the storage, the option, the rule and the bad value; fails the silo's start.</summary>
internal sealed class SqliteGrainStorageOptionsValidator(SqliteGrainStorageOptions options, string name) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        if (options.DataFolder is not null && string.IsNullOrWhiteSpace(options.DataFolder))
            throw Invalid("DataFolder must name a folder or be left out; it is empty.");
        foreach (var index in options.Indexes)
        {
            if (string.IsNullOrEmpty(index.StateName))
                throw Invalid("Indexes: StateName must not be empty.");
            if (!index.HasValidPath)
                throw Invalid($"Indexes: Path must look like $.name or $.name.name; it is '{index.Path}'.");
        }
    }

    private OrleansConfigurationException Invalid(string problem) => new($"SQLite grain storage '{name}': {problem}");
}
