using JobRequests.Domain;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests;

/// <summary>What went wrong in the design that this project started from, by the number it has there: what HTTP has to do with.</summary>
public sealed class ArticleDefects
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(null, """{"requestId":""}""")]
    [InlineData(null, """{"requestId":null}""")]
    public async Task Defect_12_nothing_is_executed_without_a_key(string? key, string? body)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.PostAsync($"/v1/job-requests/{Http.Job}/accept", body, "ann", key);

        Assert.Equal((400, "REFUSED"), (answer.Status, answer["outcome"]));
        Assert.StartsWith("idempotency-key-", answer.ProblemType);
        Assert.Empty(host.Jobs.Submitted);
    }

    [Fact]
    public async Task Defect_13_failures_are_not_200_and_callers_are_authenticated()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.Rejected(Rejections.AlreadyAccepted.Code, 2, Replayed: false, null);
        const string Accept = $"/v1/job-requests/{Http.Job}/accept";

        var refused = await host.PostAsync(Accept, null, "bob", "k1");
        var anonymous = await host.PostAsync(Accept, null, person: null, "k2");
        var forAnother = await host.PostAsync(Accept, """{"cleanerId":"ann"}""", "bob", "k3");

        Assert.Equal((409, 401, 400), (refused.Status, anonymous.Status, forAnother.Status));
        Assert.Equal("bob", Assert.Single(host.Jobs.Submitted).Caller.Person);
    }
}
