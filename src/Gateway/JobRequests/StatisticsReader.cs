namespace JobRequests.Gateway.JobRequests;

/// <summary>Answers <c>/v1/stats</c>.</summary>
internal sealed class StatisticsReader(
    IJobRequests jobs, SiloQuestions silos, StatisticsLimit limit, ViewLagHeader lag, IOptions<GatewayOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Usual = TimeSpan.FromHours(24);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    // A month of a busy service is tens of thousands of views: it takes longer than a read of one job may.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(25);

    public async Task WriteAsync(HttpContext http)
    {
        if (!TryRead(http.Request.Query, http.User.ToCaller(), out var query, out var refusal))
        {
            await ProblemWriter.WriteAsync(http, refusal!);
            return;
        }

        var person = http.User.ToCaller().Person;
        if (limit.Enter(person) is { } beyond)
        {
            await ProblemWriter.WriteAsync(http, beyond);
            return;
        }

        try
        {
            await AnswerAsync(http, query);
        }
        finally
        {
            limit.Leave(person);
        }
    }

    private async Task AnswerAsync(HttpContext http, StatisticsQuery query)
    {
        var timeout = AnswerTimeout > options.Value.ReadTimeout ? AnswerTimeout : options.Value.ReadTimeout;
        if (await silos.AskAsync(
            http, "the statistics", stop => jobs.ReadStatisticsAsync(query, stop), timeout: timeout) is not { Content: var statistics }) return;
        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers.Vary = "Authorization";
        await lag.WriteAsync(http.Response);
        await http.Response.WriteAsJsonAsync(StatisticsBody.Of(query, statistics), GatewayJson.Wire.StatisticsBody, contentType: null, http.RequestAborted);
    }

    private bool TryRead(IQueryCollection query, Caller caller, out StatisticsQuery read, out Refusal? refusal)
    {
        read = new StatisticsQuery(default, default, null);
        if (!JobListQuery.TryReadPerson(query, "candidate", caller, out var candidate, out refusal)) return false;
        if (candidate is null && !caller.IsAdmin) candidate = caller.Person;

        var now = UtcMillisecondsConverter.CutToMilliseconds(time.GetUtcNow());
        if (!JobListQuery.TryReadTime(query, "from", out var begin, out refusal)) return false;
        if (!JobListQuery.TryReadTime(query, "to", out var end, out refusal)) return false;
        var to = end ?? now;
        var from = begin ?? to - (to - DateTimeOffset.MinValue > Usual ? Usual : TimeSpan.Zero);
        if (from >= to || to - from > Longest) refusal = Refusal.Field("from", $"must be before to, by at most {Longest.TotalDays:F0} days");
        read = new StatisticsQuery(from, to, candidate);
        return refusal is null;
    }
}
