using JobRequests.ServiceDefaults;
using JobRequests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace JobRequests.Gateway.Tests.Hosting;

/// <summary>What a gateway says of settings that it does not know or cannot read.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData]
    [InlineData(
        "--Orleans:Streaming:requests:ProviderType=KafkaServer", "--Orleans:Streaming:requests:ServiceKey=kafka", "--Orleans:Clustering:ServiceKey=redis")]
    public void Settings_that_a_gateway_reads_are_known(params string[] arguments) => Assert.Empty(Mistakes(arguments));

    [Theory]
    [InlineData("There is no setting Gateway:MaxWiat; did you mean Gateway:MaxWait?", "--Gateway:MaxWiat=00:00:01")]
    [InlineData("There is no setting gatway:MaxWait; did you mean Gateway:MaxWait?", "--gatway:MaxWait=00:00:01")]
    [InlineData("There is no setting Gateway:Admission:WaitShar; did you mean Gateway:Admission:WaitShare?", "--Gateway:Admission:WaitShar=0.4")]
    [InlineData("There is no setting Orleans:Streaming:requests:Topci; did you mean Orleans:Streaming:requests:Topic?", "--Orleans:Streaming:requests:Topci=x")]
    [InlineData(
        "There is no setting Orleans:Clustering:ConectionName; did you mean Orleans:Clustering:ConnectionName?", "--Orleans:Clustering:ConectionName=x")]
    [InlineData("There is no setting Identity:Keys:0:Kidd; did you mean Identity:Keys:0:Kid?", "--Identity:Keys:0:Kidd=x")]
    [InlineData("There is no setting Kestrel:Limits.", "--Kestrel:Limits:MaxConcurrentConnections=5")]
    [InlineData("There is no setting url; did you mean Urls?", "--url=http://127.0.0.1:1")]
    [InlineData("There is no setting Jobs:IdleAfter.", "--Jobs:IdleAfter=00:01:00")]
    [InlineData("There is no option --dmeo.", "--dmeo")]
    [InlineData("--Gateway:MaxWait has no value; give it as --Gateway:MaxWait=value.", "--Gateway:MaxWait")]
    [InlineData("--Feed:Topic has no value; give it as --Feed:Topic=value.", "--Feed:Topic", "--Gateway:MaxInFlight=5")]
    [InlineData("The argument 'start' is not understood; a setting is given as --Name=value.", "start")]
    [InlineData("Urls must have a port from 0 to 65535, but is 'http://127.0.0.1:99999'.", "--Urls=http://127.0.0.1:99999")]
    [InlineData("Urls must begin with http:// or https://, but is 'ftp://127.0.0.1:80'.", "--Urls=ftp://127.0.0.1:80")]
    [InlineData("Urls must name an IP address, localhost, or * for every address of this machine, but is 'http://256.0.0.1:80'.",
        "--Urls=http://127.0.0.1:0;http://256.0.0.1:80")]
    [InlineData("Urls must be an address such as http://127.0.0.1:8080, but is '8080'.", "--Urls=8080")]
    [InlineData("Urls must have no path, but is 'http://127.0.0.1:80/jobs'.", "--Urls=http://127.0.0.1:80/jobs")]
    [InlineData("HTTP_PORTS must name an IP address, localhost, or * for every address of this machine, but is 'http://*:x'.", "--Urls=", "--HTTP_PORTS=x")]
    [InlineData(
        "Kestrel:Endpoints:one:Url must have a port from 0 to 65535, but is 'http://127.0.0.1:70000'.", "--Kestrel:Endpoints:one:Url=http://127.0.0.1:70000")]
    [InlineData("Urls must begin with http:// or https://, but is 'ftp://127.0.0.1:80'.", "--Kestrel:Endpoints:one:Url=http://127.0.0.1:0",
        "--PreferHostingUrls=true", "--Urls=ftp://127.0.0.1:80")]
    public void A_mistake_is_named_with_what_was_meant(string expected, params string[] arguments) => Assert.Equal([expected], Mistakes(arguments));

    [Theory]
    [InlineData("ConnectionStrings:redis cannot be read", "--ConnectionStrings:redis=host:notaport,password=s3cret")]
    [InlineData("ConnectionStrings:rediss is not set", "--Orleans:Clustering:ConnectionName=rediss")]
    [InlineData("Orleans:Streaming:requests:ProviderType must be one of Kafka, but is 'Kafak'", "--Orleans:Streaming:requests:ProviderType=Kafak")]
    [InlineData("Orleans:Streaming:requsts:ProviderType is missing; did you mean Orleans:Streaming:requests?", "--Orleans:Streaming:requsts:Topic=x")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https address, but is 'here'", "--OTEL_EXPORTER_OTLP_ENDPOINT=here")]
    public void A_failure_during_composition_is_one_sentence(string expected, params string[] arguments)
    {
        var sentence = StartFailure.Explain(Assert.ThrowsAny<Exception>(() => Mistakes(arguments)));

        Assert.StartsWith("A setting is wrong: ", sentence, StringComparison.Ordinal);
        Assert.Contains(expected, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_section_in_the_environment_is_found()
    {
        Environment.SetEnvironmentVariable("Gatewya__MaxWait", "00:00:01");
        Environment.SetEnvironmentVariable("Somebody__Else", "1");
        Environment.SetEnvironmentVariable("GATEWAY_PORT", "tcp://10.0.0.1:8080");
        try
        {
            Assert.Equal(["There is no setting Gatewya:MaxWait; did you mean Gateway:MaxWait?"], Mistakes());
        }
        finally
        {
            foreach (var name in new[] { "Gatewya__MaxWait", "Somebody__Else", "GATEWAY_PORT" }) Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Fact]
    public void Every_setting_with_an_unreadable_value_is_named()
    {
        var builder = Added();
        var readable = KnownSettings.Of(builder.Services)
            .Values("")
            .Where(static value => value.Type != typeof(string))
            .Select(static value => value.Path)
            .ToList();
        Assert.True(readable.Count > 40, $"Only {readable.Count} settings with a form were found.");
        foreach (var path in readable) builder.Configuration[path] = "nonsense";

        var mistakes = SettingsCheck.FindMistakes([], [], builder.Configuration, builder.Services);

        Assert.All(readable,
            path => Assert.Contains(mistakes, mistake => mistake.StartsWith($"{path} must be ", StringComparison.Ordinal)
                && mistake.EndsWith("but is 'nonsense'.", StringComparison.Ordinal)));
    }

    private static IReadOnlyList<string> Mistakes(params string[] arguments)
    {
        var builder = Added(arguments);
        return SettingsCheck.FindMistakes(arguments, [], builder.Configuration, builder.Services);
    }

    private static WebApplicationBuilder Added(params string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = arguments, ContentRootPath = Path.Combine(Repository.Root, "src", "Gateway") });
        GatewayProcess.Add(builder);
        return builder;
    }
}
