using System.Net;
using System.Net.Sockets;

namespace JobRequests.Testing;

/// <summary>
/// Ports below those that systems hand out by themselves, so that no outgoing connection takes one between the look and the use. Never the same
/// one twice.
/// </summary>
public static class FreePort
{
    private const int First = 15_000;
    private const int Count = 15_000;

    private static int _last = Random.Shared.Next(Count);

    public static int Next()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _last) % Count);
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
