using System.Collections.Immutable;
using JobRequests.Gateway.Administration;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.Administration;

/// <summary>What administrators are told of the silos' verification.</summary>
public sealed class VerificationTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly VerificationStatus Clean = new(false, At, true, 12, 0, [], [], null);

    [Fact]
    public async Task Only_administrators_are_told()
    {
        await using var host = await StartAsync(new Scripted(Clean));

        Assert.Equal(403, (await host.GetAsync("/v1/admin/verify")).Status);
        Assert.Equal(403, (await host.PostAsync("/v1/admin/verify", null)).Status);
        Assert.Equal(200, (await host.GetAsync("/v1/admin/verify", "admin")).Status);
    }

    [Fact]
    public async Task Before_the_first_run_nothing_is_known()
    {
        await using var host = await StartAsync(new Scripted(VerificationStatus.Unknown));

        var answer = await host.GetAsync("/v1/admin/verify", "admin");

        Assert.Equal(("unknown", null), (answer["state"], answer["checkedAt"]));
        Assert.Contains("POST", answer["problem"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_verification_is_shown_during_the_next()
    {
        var verification = new Scripted(Clean);
        await using var host = await StartAsync(verification);

        Assert.Equal("clean", (await host.GetAsync("/v1/admin/verify", "admin"))["state"]);
        var running = await host.PostAsync("/v1/admin/verify", null, "admin");

        Assert.Equal(1, verification.Runs);
        Assert.Equal(("running", "2026-03-01T12:00:00.000Z", "12"), (running["state"], running["checkedAt"], running["jobs"]));
    }

    [Fact]
    public async Task Violations_are_shown_with_what_shows_them()
    {
        ImmutableArray<VerificationFinding> findings = [new("I1", Http.Job, 4, "cid", "c1", "Two people won.", ["event 4: JobAccepted by bob"])];
        await using var host = await StartAsync(new Scripted(Clean with { IsClean = false, ViolationCount = 3, First = findings }));

        var answer = await host.GetAsync("/v1/admin/verify", "admin");

        Assert.Equal(("violations", "3"), (answer["state"], answer["violationCount"]));
        var violation = Assert.Single(answer.Json["violations"]!.AsArray())!;
        Assert.Equal(("I1", Http.Job, "4", "cid", "c1"),
            ($"{violation["invariant"]}", $"{violation["job"]}", $"{violation["version"]}", $"{violation["caller"]}", $"{violation["key"]}"));
        Assert.Equal("event 4: JobAccepted by bob", $"{violation["evidence"]![0]}");
    }

    [Fact]
    public async Task When_no_silo_answers_it_is_503()
    {
        await using var host = await StartAsync(new Scripted(null));

        Assert.Equal(503, (await host.GetAsync("/v1/admin/verify", "admin")).Status);
    }

    private static Task<GatewayHost> StartAsync(IVerification verification) => GatewayHost.StartAsync(services => services.AddSingleton(verification));

    private sealed class Scripted(VerificationStatus? status) : IVerification
    {
        public int Runs { get; private set; }

        public Task<VerificationStatus> ReadAsync() =>
            status is null ? Task.FromException<VerificationStatus>(new IOException("No silo answers.")) : Task.FromResult(status);

        public Task<VerificationStatus> StartAsync()
        {
            Runs++;
            return Task.FromResult(status! with { IsRunning = true });
        }
    }
}
