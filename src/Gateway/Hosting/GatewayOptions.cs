namespace JobRequests.Gateway;

/// <summary>Settings of the gateway; configuration section <see cref="Section"/>.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>How long a command waits for its outcome when the caller does not say.</summary>
    public TimeSpan DefaultWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait a caller can ask for; longer ones are cut to it.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after the wait a command may still be executed, when the caller sets no <c>Request-Deadline</c>.</summary>
    public TimeSpan ExecutionGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How far the clocks of the processes may differ. It has to be the tolerance that the grains use.</summary>
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a read may take before it is answered with 503.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a read waits for the view to reach <c>minVersion</c> before it asks the job itself.</summary>
    public TimeSpan ViewWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest request body, bytes. A command made of it has to fit into a record of the stream.</summary>
    public int MaxBodyBytes { get; set; } = 64 * 1024;

    /// <summary>The largest body of many creates in one call, bytes; each of its lines is at most as large as the body of one.</summary>
    public int MaxBulkBytes { get; set; } = 5 * 1024 * 1024;

    /// <summary>How long a caller may take to send a body that did not arrive with its headers.</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Commands in flight in this process; beyond it they are refused with 503, creates at three quarters of it. Of this and of the two
    /// limits below one caller gets at most as much as it leaves free; beyond it the caller is refused with 429.
    /// </summary>
    public int MaxInFlight { get; set; } = 2_000;

    /// <summary>Status requests that wait, in this process; beyond it they are refused with 503.</summary>
    public int MaxWatching { get; set; } = 1_000;

    /// <summary>Reads that wait for a silo, in this process; beyond it they are refused with 503.</summary>
    public int MaxReading { get; set; } = 1_000;

    /// <summary>Requests per second of one caller, sustained; a body counts as one more for each 4 KB. Well below what two cores do: one caller leaves room for
    /// others.</summary>
    public int CallerRate { get; set; } = 200;

    /// <summary>Requests that one caller may send at once.</summary>
    public int CallerBurst { get; set; } = 1_000;

    /// <summary>Requests without a valid token per second of one address (of IPv6, one /64), sustained.</summary>
    public int AnonymousRate { get; set; } = 100;

    /// <summary>Requests without a valid token that one address may send at once.</summary>
    public int AnonymousBurst { get; set; } = 1_000;

    /// <summary>Origins of other sites whose pages may call the service, for example <c>https://app.example</c>. None by default.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) of the proxies in front. From them <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are
    /// believed; from nobody by default.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>How long browsers are told to use HTTPS only; zero: they are told nothing.</summary>
    public TimeSpan HstsMaxAge { get; set; }

    /// <summary>How many requests the in-memory ledger remembers; large answers count more than once.</summary>
    public int IdempotencyCacheCapacity { get; set; } = 50_000;

    /// <summary>Place of the trace's id in <see cref="TraceLink"/>.</summary>
    public const string TraceIdPlace = "{traceId}";

    /// <summary>Where a trace can be seen, for example <c>http://traces.example/trace/{traceId}</c>; explanations then link to it.</summary>
    public string? TraceLink { get; set; }

    /// <summary>How long a decided answer is remembered in the ledger. The job remembers it for its life.</summary>
    public TimeSpan IdempotencyCacheRetention { get; set; } = TimeSpan.FromHours(24);
}
