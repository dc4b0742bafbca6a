namespace JobRequests.Cli;

/// <summary>Options that every verb takes.</summary>
internal static class GlobalOptions
{
    private const int DefaultWait = 5;
    private const int LongestWait = 3600;

    public static readonly Option<string?> Url = new("--url")
    {
        Description = "The service (JOBCTL_URL; default http://127.0.0.1:8080)",
        HelpName = "URL",
        Recursive = true,
    };

    public static readonly Option<string?> As = new("--as")
    {
        Description = "Act as this user (development only)",
        HelpName = "NAME",
        Recursive = true,
    };

    public static readonly Option<string?> Token = new("--token")
    {
        Description = "The bearer token (JOBCTL_TOKEN, or what login has stored)",
        HelpName = "TOKEN",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print the raw JSON response",
        Recursive = true,
    };

    public static readonly Option<string?> Fields = new("--fields")
    {
        Description = "Print JSON with these members only: jobRequestId,status",
        HelpName = "NAMES",
        Recursive = true,
    };

    public static readonly Option<int> Wait = new("--wait")
    {
        Description = "How long to wait for the outcome",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => DefaultWait,
        Recursive = true,
    };

    public static readonly Option<string?> Key = new("--key")
    {
        Description = "Idempotency key; repeating a key never repeats the action (default: random)",
        HelpName = "KEY",
        Recursive = true,
    };

    static GlobalOptions()
    {
        Fields.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && FieldsOf(token.Value).Count == 0)
                result.AddError("--fields names members, separated by commas: jobRequestId,status");
        });
        Wait.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var seconds) && seconds is < 0 or > LongestWait)
                result.AddError($"--wait is 0 to {LongestWait} seconds, not {seconds}.");
        });
        Key.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !IdempotencyKey.IsValid(token.Value))
                result.AddError($"--key is 1 to {IdempotencyKey.MaxLength} of A-Z, a-z, 0-9, '_' and '-', not '{token.Value}'.");
        });
    }

    public static IReadOnlyList<string> FieldsOf(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static bool IsJson(ParseResult parsed) => parsed.GetValue(Json) || parsed.GetValue(Fields) is not null;

    public static void AddTo(RootCommand root)
    {
        foreach (var option in (Option[])[Url, As, Token, Json, Fields, Wait, Key])
            root.Options.Add(option);
    }
}
