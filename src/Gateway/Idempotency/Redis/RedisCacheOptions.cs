namespace JobRequests.Gateway.Idempotency.Redis;

/// <summary>Settings of the idempotency cache on Redis; configuration section <see cref="Section"/>.</summary>
public sealed class RedisCacheOptions
{
    public const string Section = GatewayOptions.Section;

    /// <summary>Name of the connection string.</summary>
    public const string ConnectionName = "redis";

    /// <summary>How long one call may take. Each answer to a command costs at most three of them.</summary>
    public TimeSpan RedisTimeout { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long Redis is left alone once most calls fail.</summary>
    public TimeSpan RedisBreak { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Begins every key and channel. Gateways of one service need the same one.</summary>
    public string RedisKeyPrefix { get; set; } = "jobrequests";
}

internal sealed class RedisCacheOptionsValidator : IValidateOptions<RedisCacheOptions>
{
    private const int LongestPrefix = 64;

    // An answer is promised within the wait + 250 ms, whatever Redis does.
    private static readonly TimeSpan MostTimeout = TimeSpan.FromMilliseconds(50);

    public ValidateOptionsResult Validate(string? name, RedisCacheOptions options)
    {
        var rules = new SettingRules(RedisCacheOptions.Section);
        rules.Between(options.RedisTimeout, TimeSpan.FromMilliseconds(1), MostTimeout);
        rules.Between(options.RedisBreak, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(1));
        rules.Require(
            IsPrefix(options.RedisKeyPrefix), nameof(options.RedisKeyPrefix),
            $"must be 1 to {LongestPrefix} letters, digits and any of . _ : -, but is '{options.RedisKeyPrefix}'.");
        return rules.Result;
    }

    // No braces: they say which part of a key places it in a cluster.
    private static bool IsPrefix(string? text) =>
        text is { Length: > 0 and <= LongestPrefix } && text.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or ':' or '-');
}
