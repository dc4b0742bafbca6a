using JobRequests.Cli;

StandardOutput.Use();
// A word that begins with @ is a word, not the name of a file with arguments.
var parsed = CommandLine.Build().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

if (parsed.Action is System.CommandLine.Invocation.ParseErrorAction wrong)
{
    wrong.ShowHelp = false;
    parsed.Invoke(new InvocationConfiguration { Output = Console.Error });
    Terminal.Error($"See '{CommandLine.PathOf(parsed.CommandResult)} --help'.");
    return ExitCode.Usage;
}

JsonFields.Wanted = parsed.GetValue(GlobalOptions.Fields) is { } fields ? GlobalOptions.FieldsOf(fields) : null;
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (Failures.Explain(e) is { } failure)
{
    if (failure.Message.Length > 0)
        Terminal.Error(failure.Message);
    return failure.ExitCode;
}
