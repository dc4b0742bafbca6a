using JobRequests.Client.Wire;
using Microsoft.Extensions.Logging;

namespace JobRequests.Client;

/// <summary>
/// One command from the first attempt to its outcome or the caller's deadline: sends, asks for the status, and sends again, always under the one key.
/// </summary>
internal sealed partial class CommandAttempts(
    GatewayConnection gateway, Replays replays, IPendingRequestStore store, JobRequestsClientOptions options, TimeProvider clock, ILogger logger)
{
    private const string Unreachable = "UNREACHABLE";
    private const string ConnectionLost = "CONNECTION_LOST";

    /// <param name="request">The command, already saved.</param>
    /// <param name="wait">How long this call may take.</param>
    /// <param name="mayBeEnqueued">True for a request that an earlier call has sent: from then on only SUCCESS or FAIL is an answer.</param>
    /// <param name="progress">Told after each attempt that did not bring the outcome.</param>
    /// <param name="cancellationToken">Ends the waiting, not the command; the saved request stays.</param>
    public async Task<CommandResult> RunAsync(
        PendingRequest request, TimeSpan wait, bool mayBeEnqueued, IProgress<CommandProgress>? progress, CancellationToken cancellationToken)
    {
        var begin = clock.GetTimestamp();
        var pause = new Pause(options);
        var reached = false;
        RawAnswer? raw = null;
        var askStatus = request.Instance is not null;

        for (var number = 1; ; number++)
        {
            var left = wait - clock.GetElapsedTime(begin);
            var asked = askStatus;
            var attempt = asked
                ? await gateway.GetStatusAsync(request.Instance!, left, cancellationToken)
                : await gateway.PostAsync(request, left, cancellationToken);

            string code, message;
            TimeSpan? advised = null;
            switch (attempt)
            {
                case Attempt.NotSent notSent:
                    (code, message) = (Unreachable, $"{gateway.BaseAddress} cannot be reached: {notSent.Cause.Message}");
                    if (!reached && clock.GetElapsedTime(begin) >= options.GiveUpUnreachableAfter)
                        return Unanswered(TimeSpan.Zero);
                    break;

                case Attempt.Lost lost:
                    reached = true;
                    mayBeEnqueued = true;
                    (code, message) = (ConnectionLost, $"The connection to {gateway.BaseAddress} was lost: {lost.Cause.Message}");
                    break;

                case Attempt.Answered { Http: var http }:
                    var verdict = asked ? Verdict.OfStatus(http) : Verdict.OfCommand(http);
                    reached = true;
                    (code, message, advised) = (verdict.Code, verdict.Message, verdict.RetryAfter);
                    if (verdict.Kind != VerdictKind.Foreign)
                        raw = http.Raw;
                    switch (verdict.Kind)
                    {
                        case VerdictKind.Succeeded or VerdictKind.Rejected:
                            await ForgetAsync(request, cancellationToken);
                            return await replays.CompleteAsync(Outcomes.Of(verdict, request.Key), cancellationToken);

                        case VerdictKind.Foreign:
                            // It may have passed the command on before it gave its own answer.
                            mayBeEnqueued = true;
                            break;

                        case VerdictKind.Undecided:
                            mayBeEnqueued = true;
                            request = await RememberAsync(request, verdict, cancellationToken);
                            askStatus = request.Instance is not null;
                            break;

                        case VerdictKind.RefusedOutcomeUnknown:
                            request = await RememberAsync(request, verdict, cancellationToken);
                            return Undecided();

                        case VerdictKind.NotKnown:
                            askStatus = false;
                            break;

                        case VerdictKind.Refused when mayBeEnqueued:
                            return Undecided();

                        case VerdictKind.Refused or VerdictKind.NeverHappened:
                            await ForgetAsync(request, cancellationToken);
                            return Refusal();
                    }

                    break;

                default:
                    throw new InvalidOperationException($"{attempt.GetType().Name} is not handled.");
            }

            var next = pause.Next(advised);
            left = wait - clock.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero || next >= left)
                return Unanswered(advised);
            progress?.Report(new CommandProgress(number, code, message, next));
            await Task.Delay(next, clock, cancellationToken);

            CommandResult Unanswered(TimeSpan? retryAfter) => mayBeEnqueued ? Undecided() : Refusal(retryAfter);

            CommandResult Undecided() => new CommandResult.Pending(code, message, request.OutcomeKnownAt, reached) { Key = request.Key, Answer = raw };

            CommandResult Refusal(TimeSpan? retryAfter = null) =>
                new CommandResult.NotEnqueued(code, message, Outcomes.Errors(raw), retryAfter) { Key = request.Key, Answer = raw };
        }
    }

    private async Task<PendingRequest> RememberAsync(PendingRequest request, Verdict verdict, CancellationToken cancellationToken)
    {
        var told = request with
        {
            Instance = StatusRoute.NamedBy(verdict) ?? request.Instance,
            OutcomeKnownAt = verdict.Body.Retry?.OutcomeKnownAt ?? request.OutcomeKnownAt,
        };
        if (told != request)
            await store.SaveAsync(told, cancellationToken);
        return told;
    }

    private async Task ForgetAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await store.ForgetAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The answer matters more than the note: kept too long, it costs one replay that gives the same answer.
            LogNotForgotten(e, request.Key);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answered request {Key} could not be removed from the store of pending requests.")]
    private partial void LogNotForgotten(Exception exception, string key);
}
