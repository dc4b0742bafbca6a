using JobRequests.ServiceDefaults;
using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace JobRequests.Gateway.Idempotency.Redis;

/// <summary>
/// Calls Redis without ever depending on it: each call is over within <see cref="RedisCacheOptions.RedisTimeout"/>, and once most
/// of them fail Redis is left alone for a while, then tried by one call. No call throws.
/// </summary>
internal sealed partial class RedisCalls
{
    private const double FailureRatio = 0.5;
    private const int FewestCalls = 5;
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(10);

    private readonly RedisConnection _connection;
    private readonly TimeSpan _timeout;
    private readonly RedisCacheTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CircuitBreakerStateProvider _breaker = new();
    private readonly ResiliencePipeline _pipeline;
    private int _away;

    public RedisCalls(
        RedisConnection connection, IOptions<RedisCacheOptions> options, RedisCacheTelemetry telemetry, TimeProvider time, ILogger<RedisCalls> logger)
    {
        _connection = connection;
        _telemetry = telemetry;
        _time = time;
        _logger = logger;
        _timeout = options.Value.RedisTimeout;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = FailureRatio,
                MinimumThroughput = FewestCalls,
                SamplingDuration = Sample,
                BreakDuration = options.Value.RedisBreak,
                StateProvider = _breaker,
                ShouldHandle = static failure => ValueTask.FromResult(failure.Outcome.Exception is { } exception && !IsAboutTheKey(exception)),
                OnOpened = OpenedAsync,
                OnClosed = ClosedAsync,
            })
            .Build();
        _telemetry.Observe(() => _breaker.CircuitState);
    }

    public CircuitState State => _breaker.CircuitState;

    /// <returns>What Redis answered, or <paramref name="otherwise"/>.</returns>
    public async ValueTask<T> CallAsync<TArguments, T>(string call, Func<ConnectionMultiplexer, TArguments, Task<T>> send, TArguments arguments, T otherwise)
    {
        var context = ResilienceContextPool.Shared.Get(call);
        try
        {
            var outcome = await _pipeline.ExecuteOutcomeAsync(
                static async (_, state) =>
                {
                    try
                    {
                        return Outcome.FromResult(await state.Calls.SendAsync(state.Call, state.Send, state.Arguments));
                    }
                    catch (Exception exception)
                    {
                        return Outcome.FromException<T>(exception);
                    }
                },
                context,
                (Calls: this, Call: call, Send: send, Arguments: arguments));
            if (outcome.Exception is null) return outcome.Result!;
            _telemetry.Failed(call, ReasonOf(outcome.Exception));
            CallFailed(_logger, outcome.Exception, call);
            return otherwise;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>A value that was there but says nothing to this release.</summary>
    public void Unreadable(string call) => _telemetry.Failed(call, "unreadable");

    private async Task<T> SendAsync<TArguments, T>(string call, Func<ConnectionMultiplexer, TArguments, Task<T>> send, TArguments arguments)
    {
        _telemetry.Called(call);
        var connecting = _connection.ConnectAsync();
        var answer = connecting.IsCompletedSuccessfully ? send(connecting.Result, arguments) : SendWhenConnectedAsync();
        try
        {
            return await answer.WaitAsync(_timeout, _time);
        }
        catch (TimeoutException)
        {
            // Nobody waits for it any more: it may fail as it likes.
            _ = answer.ContinueWith(static late => _ = late.Exception, TaskScheduler.Default);
            throw;
        }

        async Task<T> SendWhenConnectedAsync() => await send(await connecting, arguments);
    }

    // A key that somebody filled with another type says nothing about Redis.
    private static bool IsAboutTheKey(Exception exception) =>
        exception is RedisServerException && exception.Message.Contains("WRONGTYPE", StringComparison.Ordinal);

    private static string ReasonOf(Exception exception) => exception switch
    {
        BrokenCircuitException => "refused",
        TimeoutException => "timeout",
        RedisServerException => "server",
        RedisException => "connection",
        _ => exception.GetType().Name,
    };

    private ValueTask OpenedAsync(OnCircuitOpenedArguments<object> arguments)
    {
        // A try that failed opens it again: nothing new.
        if (!arguments.IsManual && Interlocked.Exchange(ref _away, 1) == 0) Opened(_logger, arguments.Outcome.Exception, _connection.Endpoints);
        return default;
    }

    private ValueTask ClosedAsync(OnCircuitClosedArguments<object> arguments)
    {
        if (Interlocked.Exchange(ref _away, 0) == 1) Closed(_logger, _connection.Endpoints);
        return default;
    }

    [LoggerMessage(
        LogLevel.Warning, "Redis at {Endpoints} is too slow and is not used for now; the jobs recognise repeats themselves, more slowly.")]
    private static partial void Opened(ILogger logger, Exception? exception, string endpoints);

    [LoggerMessage(LogLevel.Information, "Redis at {Endpoints} answers again.")]
    private static partial void Closed(ILogger logger, string endpoints);

    [LoggerMessage(LogLevel.Trace, "The Redis call {Call} failed.")]
    private static partial void CallFailed(ILogger logger, Exception exception, string call);
}
