using JobRequests.Persistence.Sqlite.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The runner's usual entry point, but for a process that a durability test starts in order to kill it.
if (Environment.GetEnvironmentVariable(ChildProcess.FolderVariable) is { Length: > 0 } folder)
    return await ChildProcess.RunWriterAsync(folder);

return args.Any(static arg => arg is "--server" or "--internal-msbuild-node")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
