using Microsoft.Extensions.Options;

namespace JobRequests.Records.Tests;

/// <summary>Settings that make no sense are refused by their names, and never shown.</summary>
public sealed class SigningOptionsTests
{
    [Theory]
    [InlineData("", "Records:Secret", "is missing")]
    [InlineData("not base64 !", "Records:Secret", "is not base64")]
    [InlineData("c2hvcnQ=", "Records:Secret", "has 5 bytes")]
    public void A_bad_secret_is_named_and_not_shown(string secret, string setting, string problem)
    {
        var failure = Assert.Single(Validate(new SigningOptions { Secret = secret }).Failures!);

        Assert.Contains(setting, failure);
        Assert.Contains(problem, failure);
        if (secret.Length > 0) Assert.DoesNotContain(secret, failure);
    }

    [Theory]
    [InlineData("cluster", "own key")]
    [InlineData("a.b", "1 to 64")]
    public void A_producer_has_an_id_of_its_own(string id, string problem)
    {
        var options = new SigningOptions { Secret = Wire.ClusterSecret, Producers = { [id] = new ProducerKey { Secret = Wire.ImporterSecret } } };

        Assert.Contains(problem, Assert.Single(Validate(options).Failures!));
    }

    [Fact]
    public void A_producers_secret_is_checked_too()
    {
        var options = new SigningOptions { Secret = Wire.ClusterSecret, Producers = { ["importer"] = new ProducerKey() } };

        Assert.Contains("Records:Producers:importer:Secret", Assert.Single(Validate(options).Failures!));
    }

    [Fact]
    public void Good_settings_pass() => Assert.True(Validate(new SigningOptions { Secret = Wire.ClusterSecret, Producers = { ["importer"] = new ProducerKey { Secret = Wire.ImporterSecret } } }).Succeeded);

    private static ValidateOptionsResult Validate(SigningOptions options) => new SigningOptionsValidator().Validate(null, options);
}
