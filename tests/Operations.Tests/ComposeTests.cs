using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using JobRequests.Testing;
using YamlDotNet.Serialization;

namespace JobRequests.Operations.Tests;

/// <summary>What every service of the compose file keeps to. Merged keys (<c>&lt;&lt;</c>) count as if they stood there.</summary>
public sealed partial class ComposeTests
{
    private static readonly string[] Products = ["silo-1", "silo-2", "gateway-1", "gateway-2"];

    // Each with its reason beside it in the file.
    private static readonly string[] WritableRoots = ["kafka", "telemetry"];
    private static readonly string[] Root = ["telemetry"];

    private static readonly Dictionary<string, object> File = Read();

    private static readonly Dictionary<string, Dictionary<string, object>> Services =
        Map(File["services"]).ToDictionary(static service => service.Key, static service => Map(service.Value));

    public static TheoryData<string> Names => [.. Services.Keys];

    [Fact]
    public void The_profiles_hold_what_they_promise()
    {
        Assert.Equal(["kafka", "kafka-ui", "mongodb", "redis"], InProfile(null));
        Assert.Equal(["gateway-1", "gateway-2", "proxy", "silo-1", "silo-2"], InProfile("app"));
        Assert.Equal(["telemetry"], InProfile("obs"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_service_is_pinned_watched_and_confined(string name)
    {
        var service = Services[name];
        Assert.Matches(PinnedImage(), (string)service["image"]);
        Assert.DoesNotContain("latest", (string)service["image"], StringComparison.Ordinal);
        Assert.Equal("CMD", List(Map(service["healthcheck"])["test"])[0]);
        Assert.False(service.ContainsKey("privileged") || service.ContainsKey("cap_add") || service.ContainsKey("network_mode") || service.ContainsKey("pid"));
        Assert.Equal(["ALL"], List(service["cap_drop"]));
        Assert.Equal(["no-new-privileges:true"], List(service["security_opt"]));
        Assert.True(WritableRoots.Contains(name) != ((string)service["read_only"] == "true"), "read_only");
        Assert.NotEmpty((string)service["user"]);
        Assert.Equal(Root.Contains(name), ((string)service["user"]).Split(':')[0] is "0" or "root");
        Assert.DoesNotContain(Volumes(service), static volume => volume.Contains("docker.sock", StringComparison.Ordinal) || volume.StartsWith('/'));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_port_is_open_to_this_machine_only(string name)
    {
        foreach (var port in Services[name].TryGetValue("ports", out var ports) ? List(ports) : [])
            Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_services_want_one_port()
    {
        var published = Services.Values.SelectMany(static service => service.TryGetValue("ports", out var ports) ? List(ports) : [])
            .Select(static port => port.Split(':')[1])
            .ToList();
        Assert.Equal(published.Distinct(), published);
    }

    [Fact]
    public void Processes_wait_for_servers_and_get_time_to_stop()
    {
        foreach (var name in Products)
        {
            var service = Services[name];
            Assert.Equal(["kafka", "mongodb", "redis"], Map(service["depends_on"]).Keys.Order());
            Assert.All(Map(service["depends_on"]).Values, static dependency => Assert.Equal("service_healthy", Map(dependency)["condition"]));
            Assert.True(int.Parse(((string)service["stop_grace_period"]).TrimEnd('s'), CultureInfo.InvariantCulture) > 35);
            Assert.Contains("--health=true", List(Map(service["healthcheck"])["test"]));
        }
    }

    [Theory]
    [InlineData("gateway-1")]
    [InlineData("gateway-2")]
    public void Only_its_proxy_reaches_a_gateway(string name)
    {
        var network = Map(List<object>(Map(Map(Map(File["networks"])["default"])["ipam"])["config"]).Single())["subnet"];
        Assert.Equal(network, Map(Services[name]["environment"])["Gateway__TrustedProxies__0"]);
        Assert.False(Services[name].ContainsKey("ports"));
    }

    [Fact]
    public void No_secret_and_no_development_identity_is_in_the_file()
    {
        foreach (var service in Services.Values)
            foreach (var (variable, value) in service.TryGetValue("environment", out var environment) ? Map(environment) : [])
            {
                if (SecretName().IsMatch(variable)) Assert.Matches(@"^\$\{[A-Z_]+:[-?][^}]*\}$", (string)value);
                Assert.NotEqual("Identity__Development", variable);
            }
    }

    [Fact]
    public void Every_file_of_the_compose_file_exists()
    {
        foreach (var service in Services.Values)
        {
            foreach (var volume in Volumes(service).Where(static volume => volume.StartsWith('.'))) AssertExists(volume.Split(':')[0]);
            if (service.TryGetValue("build", out var build)) AssertExists((string)Map(build)["dockerfile"]);
        }

        var dashboard = JsonDocument.Parse(
            System.IO.File.ReadAllText(Path.Combine(Repository.Root, "eng", "compose", "grafana", "jobrequests.json"))).RootElement;
        var queries = dashboard.GetProperty("panels")
            .EnumerateArray()
            .SelectMany(static panel => panel.GetProperty("targets").EnumerateArray())
            .Select(static target => target.GetProperty("expr").GetString()!)
            .ToList();
        foreach (var metric in new[]
            { "jobrequests_commands_total", "jobrequests_command_duration_seconds", "messaging_kafka_consumer_lag",
                "messaging_kafka_consumer_dead_lettered_messages" })
            Assert.Contains(queries, query => query.Contains(metric, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Silo")]
    [InlineData("Gateway")]
    public void An_image_is_pinned_and_its_process_is_not_root(string project)
    {
        var lines = System.IO.File.ReadAllLines(Path.Combine(Repository.Root, "src", project, "Dockerfile"));
        var images = lines.Where(static line => line.StartsWith("FROM ", StringComparison.Ordinal)).Select(static line => line.Split(' ')[1]).ToList();
        Assert.Equal(2, images.Count);
        Assert.All(images, static image => Assert.Matches(PinnedImage(), image));
        Assert.EndsWith("-chiseled", images[1], StringComparison.Ordinal);
        Assert.Contains("USER 1654:1654", lines);
        Assert.Contains(lines, line => line == $"ENTRYPOINT [\"dotnet\", \"JobRequests.{project}.dll\"]");
        Assert.Contains(lines, static line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal)
            && line.Contains("--health=true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Docker_compose_reads_the_file()
    {
        try
        {
            if ((await ChildProcess.RunAsync("docker", ["compose", "version"])).ExitCode != 0) Assert.Skip("docker compose is not installed.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("docker is not installed.");
        }

        var (exitCode, _, error) = await ChildProcess.RunAsync(
            "docker", ["compose", "-f", Path.Combine(Repository.Root, "docker-compose.yml"), "--profile", "app", "--profile", "obs", "config", "--quiet"]);
        Assert.True(exitCode == 0, error);
    }

    private static IEnumerable<string> InProfile(string? profile) =>
        Services.Where(service => profile is null ? !service.Value.ContainsKey("profiles") : service.Value.TryGetValue("profiles", out var profiles)
            && List(profiles).Contains(profile)).Select(static service => service.Key).Order();

    private static List<string> Volumes(Dictionary<string, object> service) => service.TryGetValue("volumes", out var volumes) ? List(volumes) : [];

    private static void AssertExists(string path) => Assert.True(System.IO.File.Exists(Path.Combine(Repository.Root, path)), path);

    private static Dictionary<string, object> Read()
    {
        var text = System.IO.File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml"));
        var parser = new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(new StringReader(text)));
        return Map(new DeserializerBuilder().Build().Deserialize<object>(parser)!);
    }

    private static Dictionary<string, object> Map(object node) =>
        ((Dictionary<object, object>)node).ToDictionary(static entry => (string)entry.Key, static entry => entry.Value);

    private static List<string> List(object node) => List<string>(node);

    private static List<T> List<T>(object node) => [.. ((List<object>)node).Cast<T>()];

    [GeneratedRegex(@"^[a-z0-9./-]+:v?[0-9]+\.[0-9]+(\.[0-9]+)?[A-Za-z0-9.-]*$")]
    private static partial Regex PinnedImage();

    [GeneratedRegex("SECRET|PASSWORD|TOKEN|KEY$|__K$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
