using Microsoft.Extensions.Options;

namespace JobRequests.Records.Tests;

/// <summary>Settings that make no sense are refused by their names, and never shown.</summary>
public sealed class SigningOptionsTests
{
    [Theory]
    [InlineData("", "Records:Secrets:1", "is missing")]
    [InlineData("not base64 !", "Records:Secrets:1", "is not base64")]
    [InlineData("c2hvcnQ=", "Records:Secrets:1", "has 5 bytes")]
    public void A_bad_secret_is_named_and_not_shown(string secret, string setting, string problem)
    {
        var failure = Assert.Single(Validate(new SigningOptions { Secrets = { ["1"] = secret } }).Failures!);

        Assert.StartsWith($"{setting} {problem}", failure);
        if (secret.Length > 0) Assert.DoesNotContain(secret, failure);
    }

    [Theory]
    [InlineData("cluster-2", "own keys")]
    [InlineData("a.b", "1 to 64")]
    public void A_producer_has_an_id_of_its_own(string id, string problem)
    {
        var options = new SigningOptions
        { Secrets = { ["1"] = Wire.ClusterSecret }, Producers = { [id] = new ProducerKey { Secret = Wire.ImporterSecret, Callers = ["*"] } } };

        Assert.Contains(problem, Assert.Single(Validate(options).Failures!));
    }

    [Fact]
    public void A_producers_secret_is_checked_too()
    {
        var options = new SigningOptions { Secrets = { ["1"] = Wire.ClusterSecret }, Producers = { ["importer"] = new ProducerKey { Callers = ["*"] } } };

        Assert.Contains("Records:Producers:importer:Secret", Assert.Single(Validate(options).Failures!));
    }

    [Fact]
    public void A_producer_names_whom_it_acts_for()
    {
        var options = new SigningOptions
        { Secrets = { ["1"] = Wire.ClusterSecret }, Producers = { ["importer"] = new ProducerKey { Secret = Wire.ImporterSecret } } };

        Assert.Contains("Records:Producers:importer:Callers", Assert.Single(Validate(options).Failures!));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("01")]
    [InlineData("new")]
    public void Secrets_are_numbered(string number)
    {
        var options = new SigningOptions { Secrets = { ["1"] = Wire.ClusterSecret, [number] = Wire.ImporterSecret } };

        Assert.Contains($"Records:Secrets:{number}", Assert.Single(Validate(options).Failures!));
    }

    [Fact]
    public void The_secret_that_signs_must_exist()
    {
        var failure = Assert.Single(Validate(new SigningOptions { Secrets = { ["1"] = Wire.ClusterSecret }, SignWith = 2 }).Failures!);

        Assert.Contains("Records:SignWith", failure);
        Assert.Contains("Records:Secrets:2", failure);
    }

    [Fact]
    public void Without_any_secret_the_first_is_missing() => Assert.Contains("Records:Secrets:1", Assert.Single(Validate(new SigningOptions()).Failures!));

    [Fact]
    public void Good_settings_pass() =>
        Assert.True(Validate(new SigningOptions
        {
            Secrets = { ["1"] = Wire.ClusterSecret },
            Producers = { ["importer"] = new ProducerKey { Secret = Wire.ImporterSecret, Callers = ["*"] } }
        }).Succeeded);

    private static ValidateOptionsResult Validate(SigningOptions options) => new SigningOptionsValidator().Validate(null, options);
}
