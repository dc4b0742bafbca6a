namespace JobRequests.Cli;

/// <summary>One run's service, person and wishes.</summary>
internal sealed record Session(Uri Url, Identity Identity, bool Json, TimeSpan Wait, string? Key)
{
    private static readonly TimeSpan UnreachableAfter = TimeSpan.FromSeconds(1);

    /// <summary>True when the command line itself names the person.</summary>
    public bool IdentityIsExplicit { get; init; }

    public bool UrlIsExplicit { get; init; }

    public static FilePendingRequestStore Unanswered { get; } = new(ConfigFolder.Of("unanswered"));

    /// <exception cref="UsageException">The options contradict each other or are malformed.</exception>
    public static Session Of(ParseResult parsed)
    {
        var name = parsed.GetValue(GlobalOptions.As);
        var token = parsed.GetValue(GlobalOptions.Token);
        if (name is not null && token is not null)
            throw new UsageException("Use either --as or --token, not both.");

        var urlOption = parsed.GetValue(GlobalOptions.Url);
        var url = Address(urlOption ?? Variable("JOBCTL_URL"));
        return new Session(
            url,
            name is not null ? Identity.Development(name) : Known(token ?? Variable("JOBCTL_TOKEN") ?? Logins.TokenFor(url)),
            GlobalOptions.IsJson(parsed),
            TimeSpan.FromSeconds(parsed.GetValue(GlobalOptions.Wait)),
            parsed.GetValue(GlobalOptions.Key))
        {
            IdentityIsExplicit = name is not null || token is not null,
            UrlIsExplicit = urlOption is not null,
        };
    }

    /// <summary>The client of this session's person.</summary>
    /// <param name="store">Where requests without an outcome are kept; the user's folder when null.</param>
    /// <param name="patient">True to try a service that cannot be reached for the whole wait.</param>
    public JobRequestsClient Client(IPendingRequestStore? store = null, bool patient = false) => new(
        NewHttpClient(Url),
        new JobRequestsClientOptions
        {
            BaseAddress = Url,
            AccessToken = _ => ValueTask.FromResult(Identity.Token),
            Caller = Identity.Label,
            Wait = Wait,
            GiveUpUnreachableAfter = patient ? TimeSpan.MaxValue : UnreachableAfter,
        },
        store ?? Unanswered);

    /// <summary>Without a proxy on the way to this machine itself.</summary>
    public static HttpClient NewHttpClient(Uri url) => new(new SocketsHttpHandler
    {
        UseProxy = !url.IsLoopback,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        AllowAutoRedirect = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public static Uri Address(string? text)
    {
        if (text is null)
            return JobRequestsClientOptions.DefaultBaseAddress;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new UsageException($"'{text}' is not a valid URL (expected http://host:port).");
    }

    private static Identity Known(string? token) => token is null ? Identity.Nobody : Identity.OfToken(token);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
