using System.CommandLine;
using JobRequests.Cli;
using JobRequests.Cli.Output;

var parsed = CommandLine.Build().Parse(args);

if (parsed.Action is System.CommandLine.Invocation.ParseErrorAction wrong)
{
    wrong.ShowHelp = false;
    parsed.Invoke(new InvocationConfiguration { Output = Console.Error });
    Terminal.Error($"See '{CommandLine.PathOf(parsed.CommandResult)} --help'.");
    return ExitCode.Usage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (Failures.Explain(e) is { } failure)
{
    Terminal.Error(failure.Message);
    return failure.ExitCode;
}
