using System.CommandLine;
using JobRequests.Bench;

var standalone = new Option<FileInfo?>("--standalone") { Description = "The built JobRequests.Standalone.dll; it is started on a fresh data folder." };
var url = new Option<string?>("--url") { Description = "A server that runs already, on loopback, with development identities." };
var jobs = new Option<int>("--jobs") { Description = "Jobs of the create and accept phases.", DefaultValueFactory = _ => 10_000 };
var callers = new Option<int>("--callers") { Description = "Concurrent callers of these phases.", DefaultValueFactory = _ => 64 };
var stored = new Option<int[]>("--stored") { Description = "Also measure with at least so many jobs stored.", DefaultValueFactory = _ => [1_000, 100_000], AllowMultipleArgumentsPerToken = true };
var idle = new Option<bool>("--idle") { Description = "Also measure memory for each idle job (takes about a minute more)." };

var command = new RootCommand("Measures one JobRequests server; bounded in count, loopback only.") { standalone, url, jobs, callers, stored, idle };
command.SetAction((result, cancellationToken) => Benchmark.RunAsync(
    new BenchmarkOptions(
        result.GetValue(standalone),
        result.GetValue(url),
        result.GetValue(jobs),
        result.GetValue(callers),
        result.GetValue(stored) ?? [],
        result.GetValue(idle)),
    cancellationToken));
return await command.Parse(args).InvokeAsync();
