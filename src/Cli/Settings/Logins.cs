using System.Text.Json;

namespace JobRequests.Cli.Settings;

/// <summary>The stored tokens, one per service.</summary>
internal static class Logins
{
    private const string FileName = "logins.json";

    public static string? TokenFor(Uri url) => Read().GetValueOrDefault(KeyOf(url));

    public static void Store(Uri url, string token)
    {
        var logins = Read();
        logins[KeyOf(url)] = token;
        Write(logins);
    }

    /// <returns>False when there was none.</returns>
    public static bool Forget(Uri url)
    {
        var logins = Read();
        if (!logins.Remove(KeyOf(url)))
            return false;
        Write(logins);
        return true;
    }

    public static string KeyOf(Uri url) => url.GetLeftPart(UriPartial.Path).TrimEnd('/');

    private static Dictionary<string, string> Read()
    {
        var path = ConfigFolder.Of(FileName);
        if (!File.Exists(path))
            return [];
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), CliJson.Default.DictionaryStringString) ?? [];
        }
        catch (JsonException e)
        {
            throw new JsonException($"'{path}' holds no logins: {e.Message}", e);
        }
    }

    private static void Write(Dictionary<string, string> logins) =>
        ConfigFolder.Write(FileName, JsonSerializer.Serialize(logins, CliJson.Default.DictionaryStringString));
}
