using JobRequests.Standalone;

if (StandaloneOptions.Parse(args, out var exitCode) is not { } options) return exitCode;
try
{
    await using var app = StandaloneHost.Build(options);
    await app.StartAsync();
    Welcome.Print(app, options);
    if (options.Demo) await Demo.PlayAsync(app.Urls.First(), app.Lifetime.ApplicationStopping);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (StartFailure.Explain(exception) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}
