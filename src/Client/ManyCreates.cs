using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using JobRequests.Client.Wire;

namespace JobRequests.Client;

/// <summary>
/// Many creates, in calls of as many as the service takes at once. A call is repeated under its key until each of its lines has an outcome: the service
/// gives the lines that are decided the same answers again.
/// </summary>
internal sealed class ManyCreates(GatewayConnection gateway, JobRequestsClientOptions options, TimeProvider clock)
{
    private const int MostLines = 1_000;
    private const int MostBytes = 5_000_000;

    /// <param name="payloads">The body of each create.</param>
    /// <param name="key">The key of the first call; those of the others come from it.</param>
    /// <param name="wait">How long one call and its repeats may take.</param>
    /// <param name="progress">Told after each attempt that left lines without an outcome.</param>
    /// <param name="cancellationToken">Ends the waiting, not the creates.</param>
    public async IAsyncEnumerable<CommandResult> RunAsync(
        IReadOnlyList<string> payloads, string key, TimeSpan wait, IProgress<CommandProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var results = Channel.CreateUnbounded<CommandResult>();
        var sending = SendAllAsync();
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(cancellationToken)) yield return result;
        }
        finally
        {
            await stop.CancelAsync();
            await sending;
        }

        async Task SendAllAsync()
        {
            Exception? failure = null;
            try
            {
                var number = 0;
                foreach (var lines in Calls(payloads))
                {
                    number++;
                    var own = number == 1 ? key : IdempotencyKey.Checked(FormattableString.Invariant($"{key}-{number}"));
                    await SendAsync(lines, own, wait, progress, results.Writer, stop.Token);
                }
            }
            catch (Exception e)
            {
                // Whoever enumerates meets it.
                failure = e;
            }

            results.Writer.Complete(failure);
        }
    }

    private async Task SendAsync(
        IReadOnlyList<string> lines, string key, TimeSpan wait, IProgress<CommandProgress>? progress, ChannelWriter<CommandResult> results,
        CancellationToken cancellationToken)
    {
        var begin = clock.GetTimestamp();
        var pause = new Pause(options);
        var answers = new (CommandResult? Result, bool IsFinal)[lines.Count];
        var (told, reached) = (0, false);
        for (var number = 1; ; number++)
        {
            var (code, message, advised) = ("CONNECTION_LOST", "Not every line was answered.", (TimeSpan?)null);
            try
            {
                await foreach (var answer in gateway.CreateManyAsync(lines, key, wait - clock.GetElapsedTime(begin), cancellationToken))
                {
                    reached = true;
                    if (answer.Line < 1 || answer.Line > lines.Count) continue;
                    var verdict = Verdict.OfCommand(gateway.AnswerOf(answer));
                    var isFinal = verdict.Kind is not (VerdictKind.Busy or VerdictKind.Undecided or VerdictKind.NotKnown or VerdictKind.Foreign);
                    if (!isFinal)
                        (code, message, advised) = (verdict.Code, verdict.Message, advised > verdict.RetryAfter ? advised : verdict.RetryAfter ?? advised);
                    answers[answer.Line - 1] = (ResultOf(verdict, verdict.Body.RequestKey ?? key), isFinal);
                    await TellAsync();
                }
            }
            catch (JobRequestsException e) when (e.Answer.Status is 429 or 503)
            {
                (reached, code, message, advised) = (true, e.Code, e.Message, e.RetryAfter);
            }
            catch (HttpRequestException e) when (!reached && GatewayConnection.IsNotSent(e))
            {
                (code, message) = ("UNREACHABLE", $"{gateway.BaseAddress} cannot be reached: {e.Message}");
                if (clock.GetElapsedTime(begin) >= options.GiveUpUnreachableAfter) break;
            }
            catch (Exception e) when (e is HttpRequestException or IOException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                (reached, message) = (true, $"The connection to {gateway.BaseAddress} was lost: {e.Message}");
            }

            if (told == answers.Length) return;
            var next = pause.Next(advised);
            var left = wait - clock.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero || next >= left) break;
            progress?.Report(new CommandProgress(number, code, message, next));
            await Task.Delay(next, clock, cancellationToken);
        }

        for (; told < answers.Length; told++)
            await results.WriteAsync(answers[told].Result ?? Unanswered(), cancellationToken);

        async ValueTask TellAsync()
        {
            while (told < answers.Length && answers[told] is { IsFinal: true, Result: { } result })
            {
                await results.WriteAsync(result, cancellationToken);
                told++;
            }
        }

        CommandResult Unanswered() => reached
            ? new CommandResult.Pending("CONNECTION_LOST", "The line was not answered", OutcomeKnownAt: null, Reached: true) { Key = key }
            : new CommandResult.NotEnqueued("UNREACHABLE", $"{gateway.BaseAddress} cannot be reached", [], RetryAfter: null) { Key = key };
    }

    private static CommandResult ResultOf(Verdict verdict, string key) => verdict.Kind switch
    {
        VerdictKind.Succeeded or VerdictKind.Rejected => Outcomes.Of(verdict, key),
        VerdictKind.Refused or VerdictKind.Busy or VerdictKind.NeverHappened =>
            new CommandResult.NotEnqueued(verdict.Code, verdict.Message, Outcomes.Errors(verdict.Http.Raw), verdict.RetryAfter)
            { Key = key, Answer = verdict.Http.Raw },
        _ => new CommandResult.Pending(verdict.Code, verdict.Message, verdict.Body.Retry?.OutcomeKnownAt, Reached: true)
        { Key = key, Answer = verdict.Http.Raw },
    };

    /// <summary>The same payloads are always split the same way: a key and a number name the same create in every run.</summary>
    public static IEnumerable<IReadOnlyList<string>> Calls(IEnumerable<string> payloads)
    {
        var (lines, bytes) = (new List<string>(), 0);
        foreach (var payload in payloads)
        {
            var size = Encoding.UTF8.GetByteCount(payload) + 1;
            if (lines.Count == MostLines || (lines.Count > 0 && bytes + size > MostBytes))
            {
                yield return lines;
                (lines, bytes) = ([], 0);
            }

            lines.Add(payload);
            bytes += size;
        }

        if (lines.Count > 0) yield return lines;
    }
}
