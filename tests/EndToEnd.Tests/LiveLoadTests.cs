using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using JobRequests.Domain;
using JobRequests.Testing;
using JobRequests.Testing.Load;

namespace JobRequests.EndToEnd.Tests;

/// <summary>What live connections cost, with <c>JOBREQUESTS_LONG=1</c>: other tests' load makes figures meaningless.</summary>
public sealed class LiveLoadTests : IDisposable
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);

    private readonly string _data = Directory.CreateTempSubdirectory("live-load-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Five_thousand_idle_connections_stay_below_500_MB()
    {
        OnlyLong();
        const int Connections = 5_000;
        await using var server = await StandaloneServer.StartAsync(_data);
        var before = MegabytesOf(server);

        var sockets = await FollowAsync(server.Url, Connections, number => $"person-{number}");
        await ReadAsync(sockets[^1], "\nid: ");
        // Two heartbeats: nothing grows by them.
        await Task.Delay(TimeSpan.FromSeconds(35), TestContext.Current.CancellationToken);
        var after = MegabytesOf(server);

        TestContext.Current.SendDiagnosticMessage($"{Connections} idle connections: {before} MB before, {after} MB with them");
        foreach (var socket in sockets) socket.Dispose();
        Assert.True(after - before < 500, $"{Connections} connections took {after - before} MB.");
    }

    [Fact]
    public async Task A_thousand_listeners_cost_a_tenth_of_the_rate()
    {
        OnlyLong();
        const int Listeners = 1_000;
        await using var server = await StandaloneServer.StartAsync(_data);
        using var caller = new RecordingCaller(server.Url);
        await RateAsync(caller, "warm-up", TimeSpan.FromSeconds(20));
        List<double> alone = [], watched = [];
        // A B B A: what becomes slower or faster by itself does so to both.
        foreach (var round in Enumerable.Range(0, 28))
        {
            if (round % 4 is 0 or 3)
            {
                alone.Add(await RateAsync(caller, $"alone-{round}", Round));
                continue;
            }

            // A hundred people, ten listeners each: each event is one person's, so each listener sees a hundredth of them.
            var sockets = await FollowAsync(server.Url, Listeners, Requester);
            using var read = new CancellationTokenSource();
            var reading = DrainAsync(sockets, read.Token);
            await SettleAsync();
            watched.Add(await RateAsync(caller, $"watched-{round}", Round));
            await read.CancelAsync();
            Assert.True(await reading > 0);
            foreach (var socket in sockets) socket.Dispose();
            await SettleAsync();
        }

        var kept = watched.Sum() / alone.Sum();
        TestContext.Current.SendDiagnosticMessage(
            $"creates per second, alone: {string.Join(", ", alone.Select(rate => $"{rate:F0}"))}; with {Listeners} listeners: "
                + $"{string.Join(", ", watched.Select(rate => $"{rate:F0}"))}; kept: {kept:P1}");
        Assert.True(kept >= 0.9, $"{watched.Average():F0} with listeners, {alone.Average():F0} alone: {kept:P1}.");
    }

    [Fact]
    public async Task An_event_is_on_the_wire_soon_after_the_answer()
    {
        OnlyLong();
        await using var server = await StandaloneServer.StartAsync(_data);
        using var caller = new RecordingCaller(server.Url);
        using var socket = (await FollowAsync(server.Url, 1, _ => "zoe"))[0];
        var seen = new ConcurrentDictionary<string, long>();
        var reading = Task.Run(async () =>
        {
            using var lines = new StreamReader(socket.GetStream());
            while (await lines.ReadLineAsync() is { } line)
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                    seen[line.Substring(line.IndexOf("Id\":\"", StringComparison.Ordinal) + 5, 36)] = Stopwatch.GetTimestamp();
        }, TestContext.Current.CancellationToken);

        var answered = new Dictionary<string, long>();
        for (var number = 0; number < 500; number++)
        {
            var job = JobRequestId.Derive("zoe", $"k{number}");
            await caller.SendAsync(new JobRequests.Testing.Load.Request(job, "create", "zoe", $"k{number}", ["ann"]));
            answered[job] = Stopwatch.GetTimestamp();
        }

        var waitLimit = Task.Delay(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        while (seen.Count < answered.Count && !waitLimit.IsCompleted) await Task.Delay(20, TestContext.Current.CancellationToken);
        var delays = answered.Skip(50).Select(each => Stopwatch.GetElapsedTime(each.Value, seen[each.Key]).TotalMilliseconds).Order().ToList();
        TestContext.Current.SendDiagnosticMessage(
            $"from the answer to the event: p50 {delays[delays.Count / 2]:F1} ms, p95 {delays[delays.Count * 95 / 100]:F1} ms, max {delays[^1]:F1} ms");
        Assert.True(delays[delays.Count * 95 / 100] <= 150, $"p95 is {delays[delays.Count * 95 / 100]:F1} ms.");
        socket.Close();
        await Task.WhenAny(reading);
    }

    private static void OnlyLong() => Assert.SkipUnless(Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") == "1", "Runs with JOBREQUESTS_LONG=1.");

    // What coming and going costs is not what being there costs.
    private static Task SettleAsync() => Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

    private static string Requester(int number) => $"requester-{number % 100}";

    private static async Task<double> RateAsync(RecordingCaller caller, string name, TimeSpan time)
    {
        var (number, done, started) = (0, 0, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var (requester, key) = (Requester(Interlocked.Increment(ref number)), $"{name}-{number}-{Guid.NewGuid():N}");
                var call =
                    await caller.SendAsync(new JobRequests.Testing.Load.Request(
                        JobRequestId.Derive(requester, key[..Math.Min(64, key.Length)]), "create", requester, key[..Math.Min(64, key.Length)], ["ann"]));
                if (call.Outcome == "SUCCESS") Interlocked.Increment(ref done);
            }
        }));
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<List<TcpClient>> FollowAsync(Uri server, int count, Func<int, string> personOf)
    {
        var sockets = new ConcurrentBag<TcpClient>();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, cancellationToken) =>
        {
            var socket = new TcpClient();
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
            await socket.GetStream()
                .WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer dev-{personOf(number)}\r\n\r\n"),
                    cancellationToken);
            var buffer = new byte[1024];
            var read = await socket.GetStream().ReadAsync(buffer, cancellationToken);
            Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
            sockets.Add(socket);
        });
        return [.. sockets];
    }

    private static async Task ReadAsync(TcpClient socket, string text)
    {
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (buffer, read) = (new byte[4096], "");
        while (!read.Contains(text, StringComparison.Ordinal))
        {
            var count = await socket.GetStream().ReadAsync(buffer, waitLimit.Token);
            Assert.NotEqual(0, count);
            read += Encoding.ASCII.GetString(buffer, 0, count);
        }
    }

    // One look at all of them at a time: what a thousand readers that are woken one by one cost is not what the server costs.
    private static async Task<long> DrainAsync(List<TcpClient> sockets, CancellationToken enough)
    {
        var (buffer, total) = (new byte[64 * 1024], 0L);
        while (!enough.IsCancellationRequested)
        {
            foreach (var socket in sockets)
                while (socket.Available > 0) total += socket.Client.Receive(buffer);
            await Task.Delay(100, CancellationToken.None);
        }

        return total;
    }

    private static long MegabytesOf(StandaloneServer server)
    {
        var line = File.ReadLines($"/proc/{server.ProcessId}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
