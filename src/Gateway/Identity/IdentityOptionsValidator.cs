using Microsoft.IdentityModel.Tokens;

namespace JobRequests.Gateway.Identity;

/// <summary>Refuses to start without a way to tell who calls, and with development identities in production or beside tokens.</summary>
internal sealed class IdentityOptionsValidator(IHostEnvironment environment) : IValidateOptions<IdentityOptions>
{
    private static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(30);

    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        var failures = new List<string>();
        if (options.Development) CheckDevelopment(options, failures);
        if (!options.Development && !options.HasTokens)
            failures.Add("Nobody could call: configure Identity:Authority, or Identity:Issuer with Identity:Keys (or Identity:Development for trying out on "
                + "this machine).");
        if (options.HasTokens) CheckTokens(options, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private void CheckDevelopment(IdentityOptions options, List<string> failures)
    {
        if (environment.IsProduction())
            failures.Add("Identity:Development must be false in production: with it anybody acts as anybody. Configure Identity:Authority, or Identity:Issuer "
                + "with Identity:Keys.");
        if (options.HasTokens || options.Keys.Count > 0 || options.KeySet is not null)
            failures.Add("Identity:Development must be false beside Identity:Authority, Identity:Issuer, Identity:Keys or Identity:KeySet: with it anybody "
                + "acts as anybody, without a token.");
    }

    private static void CheckTokens(IdentityOptions options, List<string> failures)
    {
        if (string.IsNullOrEmpty(options.Audience)) failures.Add("Identity:Audience is required: a token for another service must not be accepted here.");
        if (options.ClockSkew < TimeSpan.Zero || options.ClockSkew > MostSkew)
            failures.Add($"Identity:ClockSkew must be between 0 and 30 seconds, but is {options.ClockSkew}.");
        if (options.Algorithms.Contains(SecurityAlgorithms.None, StringComparer.OrdinalIgnoreCase)) failures.Add("Identity:Algorithms must not contain none.");
        if (string.IsNullOrEmpty(options.RoleClaim)) failures.Add("Identity:RoleClaim must not be empty.");

        if (options.Authority is not null && !(Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) && authority.Scheme == Uri.UriSchemeHttps))
            failures.Add($"Identity:Authority must be an https address, but is {options.Authority}.");

        List<JsonWebKey> keys;
        try
        {
            keys = SigningKeys.Read(options);
        }
        catch (ArgumentException)
        {
            // The exception's text may repeat key material.
            failures.Add("Identity:KeySet must be a JSON Web Key Set.");
            return;
        }

        if (options.Authority is null && keys.Count == 0) failures.Add("Identity:Keys or Identity:KeySet is required with Identity:Issuer.");
        for (var i = 0; i < keys.Count; i++)
        {
            if (WhatIsWrongWith(keys[i]) is { } problem) failures.Add($"Key {i} of Identity:Keys and Identity:KeySet {problem}.");
        }
    }

    private static string? WhatIsWrongWith(JsonWebKey key)
    {
        if (key.HasPrivateKey && !SigningKeys.IsSymmetric(key)) return "holds a private part, which has no place here";
        return key.Kty switch
        {
            JsonWebAlgorithmsKeyTypes.Octet =>
                SecretBytes(key.K) < SigningKeys.LeastSecretBytes
                    ? $"must have a secret k of at least {SigningKeys.LeastSecretBytes} bytes in base64url"
                    : null,
            JsonWebAlgorithmsKeyTypes.RSA => string.IsNullOrEmpty(key.N) || string.IsNullOrEmpty(key.E) ? "must have n and e" : null,
            JsonWebAlgorithmsKeyTypes.EllipticCurve =>
                string.IsNullOrEmpty(key.Crv) || string.IsNullOrEmpty(key.X) || string.IsNullOrEmpty(key.Y) ? "must have crv, x and y" : null,
            _ => "must have the kty oct, RSA or EC",
        };
    }

    private static int SecretBytes(string? secret)
    {
        try
        {
            return string.IsNullOrEmpty(secret) ? 0 : Base64UrlEncoder.DecodeBytes(secret).Length;
        }
        catch (FormatException)
        {
            return 0;
        }
    }
}
