using System.Net;
using System.Net.Sockets;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>Ports below those that systems hand out by themselves, so that no outgoing connection takes one between the look and the use.</summary>
internal static class FreePort
{
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 30_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; another one will do.
            }
        }
    }
}
