using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using JobRequests.Gateway.Hosting;
using JobRequests.Gateway.Idempotency.Redis;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Records;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace JobRequests.Gateway.Tests.Idempotency.Redis;

/// <summary>One gateway's ledger, with a connection of its own.</summary>
internal sealed class RedisCacheUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _measured = new();

    private RedisCacheUnderTest(string address, RedisCacheOptions options, GatewayOptions gateway)
    {
        _services = new ServiceCollection()
            .AddMetrics()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs))
            .AddSingleton(TimeProvider.System)
            .AddSingleton(Options.Create(options))
            .AddSingleton(Options.Create(gateway))
            .AddSingleton(_ => new RedisConnection(RedisCacheRegistration.Configure(address)))
            .AddSingleton<RedisStart>()
            .AddSingleton(Signature)
            .AddSingleton<RedisCacheTelemetry>()
            .AddSingleton<RedisCalls>()
            .AddSingleton<RedisIdempotencyCache>()
            .AddSingleton<RedisCheck>()
            .BuildServiceProvider();
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, _listener) =>
        {
            if (instrument.Meter.Name == GatewayTelemetry.Name && instrument.Meter.Scope == meters) _listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _measured.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _measured[instrument.Name] = value);
        _listener.Start();
    }

    /// <summary>All gateways have the same secret.</summary>
    public static RecordSignature Signature { get; } = new(
        Options.Create(new SigningOptions { Secrets = { ["1"] = Convert.ToBase64String(new byte[32]) } }),
        Options.Create(new ClusterOptions { ServiceId = "gateways" }));

    /// <summary>An outcome as a gateway writes it under <paramref name="request"/>.</summary>
    public static string Signed(string request, string json) =>
        $"1D{Signature.Sign("jobrequests.outcome.v1", Encoding.UTF8.GetBytes(request), Encoding.UTF8.GetBytes(json))}|{json}";

    public RedisIdempotencyCache Ledger => _services.GetRequiredService<RedisIdempotencyCache>();

    public RedisCalls Calls => _services.GetRequiredService<RedisCalls>();

    public RedisCheck Check => _services.GetRequiredService<RedisCheck>();

    public RecordedLogs Logs { get; } = new();

    /// <summary>Of every call's time the rest of the machine may take its share: tests that are not about time are patient.</summary>
    public static RedisCacheOptions Patient => new() { RedisTimeout = TimeSpan.FromSeconds(10), RedisBreak = TimeSpan.FromMilliseconds(500) };

    public static async Task<RedisCacheUnderTest> StartAsync(string address, RedisCacheOptions? options = null, GatewayOptions? gateway = null)
    {
        var ledger = new RedisCacheUnderTest(address, options ?? Patient, gateway ?? new GatewayOptions());
        await ledger._services.GetRequiredService<RedisStart>().StartAsync(CancellationToken.None);
        return ledger;
    }

    /// <summary>The sum of a counter, or the last value of a gauge.</summary>
    public long Measured(string instrument)
    {
        _listener.RecordObservableInstruments();
        return _measured.GetValueOrDefault(instrument);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _services.DisposeAsync();
    }
}
