using System.Text;
using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

public sealed class LoginTests
{
    [Fact]
    public async Task A_login_is_used_for_its_own_service_only()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success());
        await using var other = await StubGateway.StartAsync(Answer.Refused(401, "UNAUTHENTICATED"));
        using var jobctl = new Jobctl(gateway);

        Assert.Equal(0, (await jobctl.RunAsync("login", "--token", "secret-token")).Code);
        await jobctl.RunAsync("accept", "j1");
        await jobctl.RunAsync("accept", "j1", "--url", other.Address.ToString());

        Assert.Equal("Bearer secret-token", Assert.Single(gateway.Seen)["Authorization"]);
        Assert.Null(Assert.Single(other.Seen)["Authorization"]);
    }

    [Fact]
    public async Task Only_the_user_can_read_the_token()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        using var jobctl = new Jobctl();

        await jobctl.RunAsync("login", "--token", "secret-token");

        var file = Directory.GetFiles(jobctl.Config).Single(path => File.ReadAllText(path).Contains("secret-token", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_token_is_read_from_a_pipe()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success());
        using var jobctl = new Jobctl(gateway);
        var token = $"e30.{Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"sub":"ann"}""")).TrimEnd('=')}.c2ln";

        var run = await jobctl.RunAsync($"{token}\n", ["login"]);
        await jobctl.RunAsync("accept", "j1");

        Assert.Equal($"Logged in at {gateway.Address} as sub:ann", run.Output.TrimEnd());
        Assert.Equal($"Bearer {token}", Assert.Single(gateway.Seen)["Authorization"]);
    }

    [Fact]
    public async Task Whoami_says_the_person_the_service_and_the_end()
    {
        using var jobctl = new Jobctl();
        jobctl["JOBCTL_URL"] = "http://127.0.0.1:9";
        var ends = DateTimeOffset.UtcNow.AddHours(3).AddMinutes(1).ToUnixTimeSeconds();
        var token = $"e30.{Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"sub":"ann","exp":{{ends}}}""")).TrimEnd('=')}.c2ln";

        Assert.Equal(4, (await jobctl.RunAsync("whoami")).Code);
        Assert.Equal(new Run(0, "ann, at http://127.0.0.1:9/\n", ""), await jobctl.RunAsync("whoami", "--as", "ann"));
        Assert.StartsWith("sub:ann, at http://127.0.0.1:9/; the token expires in 3 h (", (await jobctl.RunAsync("whoami", "--token", token)).Output);
        Assert.Equal("""{"person":"ann","expiresAt":null}""", (await jobctl.RunAsync("whoami", "--as", "ann", "--fields", "person,expiresAt")).Output.Trim());
    }

    [Fact]
    public async Task Open_prints_the_address_of_a_job()
    {
        using var jobctl = new Jobctl();
        jobctl["JOBCTL_URL"] = "http://127.0.0.1:9";

        Assert.Equal("http://127.0.0.1:9/#/jobs/j1\n", (await jobctl.RunAsync("open", "j1")).Output);
        Assert.Equal("http://127.0.0.1:9/\n", (await jobctl.RunAsync("open")).Output);
    }

    [Fact]
    public async Task An_option_beats_the_environment_which_beats_the_login()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success(), Answer.Success(), Answer.Success());
        using var jobctl = new Jobctl(gateway);
        await jobctl.RunAsync("login", "--as", "ann");

        await jobctl.RunAsync("accept", "j1");
        jobctl["JOBCTL_TOKEN"] = "dev-bob";
        await jobctl.RunAsync("accept", "j1");
        await jobctl.RunAsync("accept", "j1", "--as", "cem");

        Assert.Equal(["Bearer dev-ann", "Bearer dev-bob", "Bearer dev-cem"], gateway.Seen.Select(request => request["Authorization"]));
    }

    [Fact]
    public async Task A_logout_forgets_the_token()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Refused(401, "UNAUTHENTICATED"));
        using var jobctl = new Jobctl(gateway);
        await jobctl.RunAsync("login", "--as", "ann");

        await jobctl.RunAsync("login", "--forget");
        await jobctl.RunAsync("accept", "j1");

        Assert.Null(Assert.Single(gateway.Seen)["Authorization"]);
    }

    [Fact]
    public async Task An_empty_token_is_refused()
    {
        using var jobctl = new Jobctl();

        Assert.Equal(64, (await jobctl.RunAsync("\n", ["login"])).Code);
    }
}
