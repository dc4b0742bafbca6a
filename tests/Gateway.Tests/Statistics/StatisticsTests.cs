using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Statistics;

public sealed class StatisticsTests
{
    private static readonly DateTimeOffset Hour = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Statistics_are_told_by_hour_and_by_candidate()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.ReadViewLag = () => Task.FromResult(TimeSpan.FromMilliseconds(7));
        host.Jobs.ReadStatistics = (_, _) => Task.FromResult(new JobStatistics(
            [new HourStatistics(Hour, new StatisticsFigures(3, 1, 2, 1, TimeSpan.FromMilliseconds(1500.7)))],
            [new CandidateStatistics("ann", new StatisticsFigures(2, 0, 0, 0, null))],
            2,
            false));

        var answer = await host.GetAsync("/v1/stats?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z", "admin");

        Assert.Equal((200, "7", "no-cache, private"), (answer.Status, answer.Header("View-Lag-Ms"), answer.Header("Cache-Control")));
        Assert.Equal(
            """{"from":"2026-11-24T00:00:00.000Z","to":"2026-11-25T00:00:00.000Z","jobs":2,"complete":false,"byHour":[{"hour":"2026-11-24T10:00:00.000Z","offers":3,"wins":1,"accepted":2,"declined":1,"medianToAnswerMs":1500}],"byCandidate":[{"candidate":"ann","offers":2,"wins":0,"accepted":0,"declined":0,"medianToAnswerMs":null}]}""",
            answer.Text);
    }

    [Theory]
    [InlineData("ann", "", "ann")]
    [InlineData("ann", "candidate=me", "ann")]
    [InlineData("ann", "candidate=ann", "ann")]
    [InlineData("admin", "", null)]
    [InlineData("admin", "candidate=bob", "bob")]
    public async Task People_get_their_own_statistics_administrators_all(string caller, string query, string? counted)
    {
        await using var host = await GatewayHost.StartAsync();
        StatisticsQuery? asked = null;
        host.Jobs.ReadStatistics = (question, _) =>
        {
            asked = question;
            return Task.FromResult(new JobStatistics([], [], 0, true));
        };

        Assert.Equal(200, (await host.GetAsync("/v1/stats?" + query, caller)).Status);

        Assert.Equal((counted, TimeSpan.FromHours(24)), (asked!.Candidate, asked.To - asked.From));
        Assert.InRange(asked.To, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("candidate=bob", "candidate")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-11-24T10:00:00", "to")]
    [InlineData("from=2026-11-24T10:00:00Z&to=2026-11-24T10:00:00Z", "from")]
    [InlineData("from=2026-10-01T10:00:00Z&to=2026-11-24T10:00:00Z", "from")]
    [InlineData("to=0001-01-01T00:00:00Z", "from")]
    [InlineData("hour=1", "hour")]
    public async Task A_wrong_question_names_the_field(string query, string field)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.GetAsync("/v1/stats?" + query, "ann");

        Assert.Equal((400, field), (answer.Status, Assert.Single(answer.WrongFields)));
    }

    [Fact]
    public async Task A_caller_gets_one_statistics_query_at_a_time()
    {
        await using var host = await GatewayHost.StartAsync();
        var (began, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Jobs.ReadStatistics = async (question, _) =>
        {
            if (question.Candidate == "mallory")
            {
                began.TrySetResult();
                await release.Task;
            }

            return new JobStatistics([], [], 0, true);
        };
        var first = host.GetAsync("/v1/stats", "mallory");
        await began.Task;

        var second = await host.GetAsync("/v1/stats", "mallory");
        var other = await host.GetAsync("/v1/stats", "ann");
        release.SetResult();

        Assert.Equal((429, "quota-exceeded", 200, 200), (second.Status, second.ProblemType, other.Status, (await first).Status));
        Assert.Equal(200, (await host.GetAsync("/v1/stats", "mallory")).Status);
    }
}
