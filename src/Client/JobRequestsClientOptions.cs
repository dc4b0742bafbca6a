namespace JobRequests.Client;

public sealed class JobRequestsClientOptions
{
    public static readonly Uri DefaultBaseAddress = new("http://127.0.0.1:8080");

    public Uri BaseAddress { get; set; } = DefaultBaseAddress;

    /// <summary>The bearer token of the acting person, asked for at each request; null sends none.</summary>
    public Func<CancellationToken, ValueTask<string?>>? AccessToken { get; set; }

    /// <summary>A label saved with a pending request, so that a later process resumes as the same person. Never a secret.</summary>
    public string? Caller { get; set; }

    /// <summary>How long a command may take where <see cref="CommandOptions.Wait"/> does not say.</summary>
    public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How much longer than the wait it asked for the client listens for an answer: the way back of an answer given in time.</summary>
    public TimeSpan AnswerGrace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a service that has not been reached at all is tried again; at most the wait.</summary>
    public TimeSpan GiveUpUnreachableAfter { get; set; } = TimeSpan.MaxValue;

    /// <summary>The first pause where the service gives no advice; it doubles, with jitter, up to <see cref="MaxPause"/>.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan MaxPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether a replayed outcome is followed by one strong read of the job, for <see cref="CommandResult.Current"/>.</summary>
    public bool ReadJobAfterReplay { get; set; } = true;

    /// <summary>A watch that hears nothing for so long, not even a heartbeat, takes its connection for broken and makes another one.</summary>
    public TimeSpan WatchSilence { get; set; } = TimeSpan.FromSeconds(45);
}
