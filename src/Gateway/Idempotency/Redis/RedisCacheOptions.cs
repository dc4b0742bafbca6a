using Microsoft.Extensions.Options;

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

/// <summary>Names the option, the rule and the value that breaks it.</summary>
internal sealed class RedisCacheOptionsValidator : IValidateOptions<RedisCacheOptions>
{
    private const int LongestPrefix = 64;
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(1);

    // An answer is promised within the wait + 250 ms, whatever Redis does.
    private static readonly TimeSpan MostTimeout = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LeastBreak = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MostBreak = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, RedisCacheOptions options)
    {
        var failures = new List<string>();
        if (options.RedisTimeout < LeastTimeout || options.RedisTimeout > MostTimeout)
            failures.Add($"{Name(nameof(options.RedisTimeout))} must be between {LeastTimeout} and {MostTimeout}, but is {options.RedisTimeout}.");
        if (options.RedisBreak < LeastBreak || options.RedisBreak > MostBreak)
            failures.Add($"{Name(nameof(options.RedisBreak))} must be between {LeastBreak} and {MostBreak}, but is {options.RedisBreak}.");
        if (!IsPrefix(options.RedisKeyPrefix))
            failures.Add(
                $"{Name(nameof(options.RedisKeyPrefix))} must be 1 to {LongestPrefix} letters, digits and any of . _ : -, but is '{options.RedisKeyPrefix}'.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string Name(string option) => $"{GatewayOptions.Section}:{option}";

    // No braces: they say which part of a key places it in a cluster.
    private static bool IsPrefix(string? text) =>
        text is { Length: > 0 and <= LongestPrefix } && text.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or ':' or '-');
}
