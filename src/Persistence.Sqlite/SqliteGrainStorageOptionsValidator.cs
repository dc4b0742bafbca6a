using Microsoft.Extensions.Options;

namespace JobRequests.Persistence.Sqlite;

/// <summary>Runs when the options are made, before anything that is built from them.</summary>
internal sealed class SqliteGrainStorageOptionsValidator(string name) : IValidateOptions<SqliteGrainStorageOptions>
{
    public ValidateOptionsResult Validate(string? name1, SqliteGrainStorageOptions options)
    {
        if (name1 != name) return ValidateOptionsResult.Skip;
        var rules = new SettingRules($"Orleans:GrainStorage:{name}");
        rules.Require(
            options.DataFolder is null || !string.IsNullOrWhiteSpace(options.DataFolder),
            nameof(options.DataFolder), "must name a folder or be left out, but is empty.");
        for (var i = 0; i < options.Indexes.Count; i++)
        {
            var index = options.Indexes[i];
            rules.Require(!string.IsNullOrEmpty(index.StateName), $"Indexes:{i}:{nameof(index.StateName)}", "must not be empty.");
            rules.Require(index.HasValidPath, $"Indexes:{i}:{nameof(index.Path)}", $"must look like $.name or $.name.name, but is '{index.Path}'.");
        }

        return rules.Result;
    }
}
