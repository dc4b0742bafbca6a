using JobRequests.Testing;

namespace JobRequests.Persistence.MongoDB.Tests;

public sealed class ReadmeTests
{
    private const string Readme = "src/Persistence.MongoDB/README.md";

    [Fact]
    public Task The_code_of_the_README_compiles() => ReadmeCode.AssertCompilesAsync(
        Readme,
        ["JobRequests.Persistence.MongoDB", "Microsoft.Extensions.DependencyInjection", "MongoDB.Driver"],
        "IServiceProvider services, DateTimeOffset now");

    [Fact]
    public void The_settings_of_the_README_are_taken()
    {
        var options = ReadmeCode.OptionsOf<MongoGrainStorageOptions>(Readme, "notes");

        Assert.Equal(("notes", "mongodb://user:password@host1,host2,host3/?replicaSet=rs0"), (options.Database, options.ConnectionString));
        Assert.Equal(new GrainStateIndex("note", "$.DueAt"), Assert.Single(options.Indexes));
    }
}
