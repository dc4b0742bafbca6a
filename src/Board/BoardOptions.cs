using Microsoft.Extensions.Options;

namespace JobRequests.Board;

/// <summary>What the web board links to; configuration section <see cref="Section"/>.</summary>
public sealed class BoardOptions
{
    public const string Section = "Board";

    /// <summary>Where an administrator's browser finds the Orleans Dashboard, or null: the board shows no link.</summary>
    public string? DashboardUrl { get; set; }

    /// <summary>Where an administrator's browser finds a view into Kafka, or null: the board shows no link.</summary>
    public string? KafkaUiUrl { get; set; }

    /// <summary>The address of a map, in which <c>{latitude}</c>, <c>{longitude}</c> and <c>{text}</c> stand for a place's, or null: a place with a point
    /// has a <c>geo:</c> link alone.</summary>
    public string? MapAddress { get; set; }
}

/// <summary>A link that is no address of a page is found at the start, and never becomes a script in the board.</summary>
internal sealed class BoardOptionsValidator : IValidateOptions<BoardOptions>
{
    public ValidateOptionsResult Validate(string? name, BoardOptions options)
    {
        var rules = new SettingRules(BoardOptions.Section);
        Check(nameof(BoardOptions.DashboardUrl), options.DashboardUrl);
        Check(nameof(BoardOptions.KafkaUiUrl), options.KafkaUiUrl);
        rules.Require(
            string.IsNullOrEmpty(options.MapAddress) || IsMap(options.MapAddress),
            nameof(BoardOptions.MapAddress),
            $"must be an http or https address with {{latitude}} and {{longitude}}, or with {{text}}, and no other braces, but is '{options.MapAddress}'.");
        return rules.Result;

        void Check(string setting, string? url) =>
            rules.Require(
                string.IsNullOrEmpty(url) || IsPage(url), setting, $"must be an http or https address, or a path that begins with one slash, but is '{url}'.");
    }

    private static bool IsMap(string address)
    {
        bool hasLatitude = address.Contains("{latitude}", StringComparison.Ordinal), hasLongitude = address.Contains("{longitude}", StringComparison.Ordinal);
        var hasText = address.Contains("{text}", StringComparison.Ordinal);
        var filled = address.Replace("{latitude}", "1", StringComparison.Ordinal)
            .Replace("{longitude}", "1", StringComparison.Ordinal)
            .Replace("{text}", "1", StringComparison.Ordinal);
        return hasLatitude == hasLongitude && (hasLatitude || hasText) && filled.IndexOfAny(['{', '}']) < 0 && !filled.StartsWith('/') && IsPage(filled);
    }

    private static bool IsPage(string url) =>
        url.StartsWith('/')
            ? !url.StartsWith("//", StringComparison.Ordinal) && !url.Contains('\\', StringComparison.Ordinal)
            : Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
