using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Serialization.Invocation;
using Orleans.Storage;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace JobRequests.Grains;

/// <summary>
/// Orleans' side of a job: brings commands, calls and the end of its life to the <see cref="JobRequestExecutor"/>. Activation does
/// no I/O: a cold job must not hold up its queue.
/// </summary>
[GrainType(JobGrainId.TypeName)]
[ImplicitStreamSubscription(StreamNames.Requests)]
[MayInterleave(nameof(MayInterleave))]
internal sealed class JobRequestGrain : Grain, IJobRequestGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<CommandEnvelope>
{
    private readonly JobRequestExecutor _executor;
    private readonly StreamJobEventPublisher _publisher;
    private readonly DecisionRate _rate;
    private readonly JobRequestOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<JobRequestGrain> _logger;
    private readonly ICommandDeadLetters? _deadLetters;
    private readonly CancellationToken _closing;
    private IGrainTimer? _outboxPositionTimer;

    public JobRequestGrain(
        IGrainContext context,
        [FromKeyedServices(JobRequestOptions.StorageName)] IGrainStorage storage,
        [FromKeyedServices(StreamNames.FinalEvents)] IStreamProvider finalEvents,
        PublicationBacklog backlog,
        IOptions<JobRequestOptions> options,
        DecisionRate rate,
        TimeProvider clock,
        IHostApplicationLifetime lifetime,
        ILogger<JobRequestGrain> logger,
        IJobEventLog? eventLog = null,
        IStorageMonitor? storageMonitor = null,
        ICommandDeadLetters? deadLetters = null)
    {
        _options = options.Value;
        _rate = rate;
        _clock = clock;
        _logger = logger;
        _publisher = new StreamJobEventPublisher(finalEvents, eventLog, backlog);
        _deadLetters = deadLetters;
        _closing = lifetime.ApplicationStopping;
        _executor = new JobRequestExecutor(
            context.GrainId.Key.ToString()!,
            new GrainStorageJobDocumentStore(storage, context.GrainId),
            _publisher,
            _options,
            clock,
            logger,
            storage: storageMonitor,
            closing: lifetime.ApplicationStopping);
        _executor.OutboxPositionPending += ScheduleOutboxPosition;
    }

    // A busy job must not hold up the agent's question where to start.
    public static bool MayInterleave(IInvokable request) => request.GetMethodName() == "GetSequenceToken";

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => await handleFactory.Create<CommandEnvelope>().ResumeAsync(this);

    // Fails only where its commands are safe in their log, and delivered again: while the silo stops, or its log's reader is out of reach.
    public async Task OnNextAsync(IList<SequentialItem<CommandEnvelope>> items)
    {
        await _rate.TakeAsync(items.Count);
        if (await _executor.ExecuteAsync(items.Select(item => item.Item)) is not { } abandoned || _deadLetters is null) return;
        _closing.ThrowIfCancellationRequested();
        if (!await _deadLetters.DeadLetterAsync(this.GetPrimaryKeyString(), items[abandoned.From].Token, abandoned.Error, abandoned.Attempts))
            throw new InvalidOperationException(
                $"The commands on job {this.GetPrimaryKeyString()} are not being delivered from where they came; they come again.", abandoned.Error);
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task<JobRequestReply> GetOutcome(OutcomeQuery query, TimeSpan wait) => _executor.GetOutcomeAsync(query, wait);

    public Task<JobRequestReply> Preview(CommandEnvelope command) => _executor.Reads.PreviewAsync(command);

    public Task<JobSnapshot?> Read(Caller caller) => _executor.Reads.ReadFreshAsync(caller);

    public Task<JobHistory?> ReadHistory(Caller caller) => _executor.Reads.ReadHistoryAsync(caller);

    public Task<RequestExplanation?> Explain(Caller caller, string operation, string key) => _executor.Reads.ExplainAsync(caller, operation, key);

    public Task<JobTimeline?> ReadTimeline(Caller caller) => _executor.Reads.ReadTimelineAsync(caller);

    public Task PublishOutbox() => _executor.PublishOutboxAsync();

    public Task Advance() => _executor.AdvanceAsync();

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            await _executor.StopAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            // The events stay in the document's outbox; the next activation or the sweeper continues.
            JobRequestGrainLog.StoppedWithOutbox(_logger, this.GetPrimaryKeyString(), exception);
        }
        finally
        {
            _publisher.Dispose();
        }
    }

    private void ScheduleOutboxPosition()
    {
        var timer = _outboxPositionTimer ??= this.RegisterGrainTimer(
            static (grain, _) =>
                grain.WriteOutboxPosition(), this, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        timer.Change(OutboxPositionDue(_clock.GetElapsedTime(0), _options.OutboxPositionDelay), Timeout.InfiniteTimeSpan);
    }

    // Rounded up to a common tick: the outbox positions of many jobs are due in the same moment, and storage writes them together.
    private static TimeSpan OutboxPositionDue(TimeSpan now, TimeSpan delay)
    {
        var tick = Math.Max(1, delay.Ticks / 10);
        return TimeSpan.FromTicks(delay.Ticks + tick - (now.Ticks % tick));
    }

    private async Task WriteOutboxPosition()
    {
        try
        {
            await _executor.MarkPublishedAsync();
        }
        catch (Exception exception)
        {
            JobRequestGrainLog.OutboxPositionNotWritten(_logger, this.GetPrimaryKeyString(), exception);
            _outboxPositionTimer?.Change(_options.OutboxPositionDelay, Timeout.InfiniteTimeSpan);
        }
    }
}

internal static partial class JobRequestGrainLog
{
    [LoggerMessage(LogLevel.Warning, "Job {JobRequestId} left memory before its outbox was marked as published; its events will be published again.")]
    public static partial void StoppedWithOutbox(ILogger logger, string jobRequestId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox position of job {JobRequestId} was not written; it is tried again.")]
    public static partial void OutboxPositionNotWritten(ILogger logger, string jobRequestId, Exception exception);
}
