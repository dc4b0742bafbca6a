using System.Net.Sockets;
using System.Text;

namespace JobRequests.Gateway.Tests.Hosting;

/// <summary>Bytes as they are, for what a client library would not send.</summary>
internal static class RawHttp
{
    /// <summary>Sends one request and reads until the server closes the connection.</summary>
    public static async Task<string> SendRawAsync(this GatewayHost host, string request)
    {
        using var client = new TcpClient();
        var address = host.Client.BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, waitLimit.Token);
        }
        catch (IOException) when (answer.Length > 0)
        {
            // A server that has answered and does not want the rest of the request may end the connection hard.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
