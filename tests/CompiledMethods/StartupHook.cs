using JobRequests.CompiledMethods;

/// <summary>
/// Runs in another process before its <c>Main</c>: .NET looks for a type of this name in the assembly that <c>DOTNET_STARTUP_HOOKS</c> names.
/// </summary>
internal static class StartupHook
{
    private static MethodLog? _log;

    public static void Initialize() => _log = new MethodLog(Environment.GetEnvironmentVariable(MethodLog.Variable)!);
}
