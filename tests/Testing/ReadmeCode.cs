using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace JobRequests.Testing;

/// <summary>The code that a README shows, as somebody has it who copies it into a new console application.</summary>
public static partial class ReadmeCode
{
    // What such an application imports by itself.
    private static readonly string Imports = string.Concat(
        new[] { "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks" }.Select(
            static name => $"global using {name};\n"));

    /// <summary>The blocks of a language, in their order.</summary>
    public static string[] Blocks(string readme, string language) =>
        [.. Block()
            .Matches(File.ReadAllText(Path.Combine(Repository.Root, readme)))
            .Where(block => block.Groups["language"].Value == language)
            .Select(static block => block.Groups["code"].Value)];

    /// <summary>Compiles all blocks of C# together. One with types in it is a file; any other is the body of a method.</summary>
    /// <param name="readme">The README, from the repository's root.</param>
    /// <param name="imports">The namespaces that the methods import.</param>
    /// <param name="parameters">What the methods are given.</param>
    public static async Task AssertCompilesAsync(string readme, string[] imports, string parameters)
    {
        var blocks = Blocks(readme, "csharp");
        Assert.NotEmpty(blocks);
        var folder = Directory.CreateTempSubdirectory("readme-");
        try
        {
            var methods = blocks.Where(static block => !IsFile(block))
                .Select((block, number) => $"public static async Task M{number}({parameters})\n{{\n{block}\nawait Task.CompletedTask;\n}}\n");
            string[] files = [Imports,
                $"{string.Concat(imports.Select(static name => $"using {name};\n"))}internal static class Methods\n{{\n{string.Concat(methods)}}}\n",
                .. blocks.Where(IsFile)];
            foreach (var (number, file) in files.Index()) await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{number}.cs"), file);
            var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => $"-r:\"{path}\"");
            var options = Path.Combine(folder.FullName, "options.rsp");
            await File.WriteAllLinesAsync(options,
                ["-nologo", "-nullable:enable", "-warnaserror+", "-nowarn:1701,1702", $"-out:\"{folder.FullName}/readme.dll\"", $"\"{folder.FullName}/*.cs\"",
                    .. references]);

            var (exitCode, output, _) = await ChildProcess.RunAsync("dotnet", ["exec", Compiler(), "-noconfig", $"@{options}"]);

            Assert.True(exitCode == 0, $"{readme} does not compile:\n{output}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What a silo's provider is told by the README's settings.</summary>
    public static T OptionsOf<T>(string readme, string provider)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Assert.Single(Blocks(readme, "json")))));
        builder.UseOrleans(static silo => silo.UseLocalhostClustering());
        using var host = builder.Build();
        return host.Services.GetRequiredService<IOptionsMonitor<T>>().Get(provider);
    }

    private static bool IsFile(string block) => TypeDeclaration().IsMatch(block) || block.StartsWith("using ", StringComparison.Ordinal);

    // The one of the SDK beside the runtime of this process.
    private static string Compiler() =>
        Directory.EnumerateDirectories(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "sdk"), $"{Environment.Version.Major}.*")
            .Select(static sdk => Path.GetFullPath(Path.Combine(sdk, "Roslyn", "bincore", "csc.dll"))).Last(File.Exists);

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^(public|internal) ", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();
}
