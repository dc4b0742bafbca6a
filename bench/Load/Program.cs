using System.CommandLine;
using JobRequests.Bench;

var standalone = new Option<FileInfo?>("--standalone") { Description = "The built JobRequests.Standalone.dll; it is started on a fresh data folder." };
var cluster = new Option<FileInfo?>("--cluster")
{ Description = "eng/cluster: silos and gateways are started on the servers that KAFKA, MONGO_URL and REDIS name." };
var url = new Option<string?>("--url") { Description = "A server that runs already, on loopback, with development identities." };
var jobs = new Option<int?>("--jobs") { Description = "Jobs of the create and accept phases: 10,000, of a cluster 3,000." };
var callers = new Option<int>("--callers") { Description = "Concurrent callers of these phases.", DefaultValueFactory = _ => 64 };
var warmUp = new Option<int?>("--warm-up")
{ Description = "Jobs that are created and accepted first, to see how fast the system becomes warm: 15,000, of a cluster 6,000." };
var stored = new Option<int[]>("--stored")
{
    Description = "Also measure with at least so many jobs stored; not of a cluster.",
    DefaultValueFactory = _ => [1_000, 100_000],
    AllowMultipleArgumentsPerToken = true
};
var idle = new Option<bool>("--idle") { Description = "Also measure memory for each idle job (takes about five minutes more); not of a cluster." };
var silos = new Option<int[]>("--silos")
{
    Description = "Silos of the cluster; several numbers are measured one after the other.",
    DefaultValueFactory = _ => [1],
    AllowMultipleArgumentsPerToken = true
};
var gateways = new Option<int>("--gateways") { Description = "Gateways of the cluster.", DefaultValueFactory = _ => 1 };
var noHops = new Option<bool>("--no-hops") { Description = "Without the second cluster whose commands are traced, to see where their time goes." };

foreach (var option in new[] { jobs, warmUp })
    option.Validators.Add(result => Refuse(result, result.GetValueOrDefault<int?>() is null or >= 1));
foreach (var option in new[] { callers, gateways })
    option.Validators.Add(result => Refuse(result, result.GetValueOrDefault<int>() >= 1));
silos.Validators.Add(
    static result => Refuse(result, result.GetValueOrDefault<int[]>() is { Length: > 0 } counts && Array.TrueForAll(counts, static count => count >= 1)));

var command = new RootCommand("Measures JobRequests; bounded in count, loopback only.")
{
    standalone, cluster, url, jobs, callers, warmUp, stored, idle, silos, gateways, noHops,
};
command.SetAction((result, cancellationToken) => result.GetValue(cluster) is { } script
    ? ClusterBenchmark.RunAsync(
        new ClusterBenchmarkOptions(
            script,
            result.GetValue(silos) ?? [],
            result.GetValue(gateways),
            result.GetValue(jobs) ?? 3_000,
            result.GetValue(callers),
            result.GetValue(warmUp) ?? 6_000,
            !result.GetValue(noHops)),
        cancellationToken)
    : Benchmark.RunAsync(
        new BenchmarkOptions(
            result.GetValue(standalone),
            result.GetValue(url),
            result.GetValue(jobs) ?? 10_000,
            result.GetValue(callers),
            result.GetValue(warmUp) ?? 15_000,
            result.GetValue(stored) ?? [],
            result.GetValue(idle)),
        cancellationToken));
return await command.Parse(args).InvokeAsync();

static void Refuse(System.CommandLine.Parsing.OptionResult result, bool isRight)
{
    if (!isRight) result.AddError($"{result.Option.Name}: a number from 1 on.");
}
