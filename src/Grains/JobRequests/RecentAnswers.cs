namespace JobRequests.Grains;

/// <summary>
/// Answers that are not in the ledger, kept for a moment: who asks for one may come after the command was delivered. Bounded;
/// forgetting one costs its caller time, never the truth.
/// </summary>
internal sealed class RecentAnswers(TimeProvider clock)
{
    private const int Capacity = 256;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Attempt, (Answer Answer, long At)> _answers = [];
    private readonly Queue<(Attempt Attempt, long At)> _order = new();

    public void Add(Attempt attempt, Answer answer)
    {
        var at = clock.GetTimestamp();
        _answers[attempt] = (answer, at);
        _order.Enqueue((attempt, at));
        while (_order.Count > Capacity || (_order.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.At) > Lifetime))
        {
            var (expired, added) = _order.Dequeue();
            if (_answers.TryGetValue(expired, out var kept) && kept.At == added) _answers.Remove(expired);
        }
    }

    /// <summary>Finds the answer to this very attempt, at most once.</summary>
    public Answer? Take(Attempt attempt)
    {
        if (!_answers.Remove(attempt, out var kept)) return null;
        return clock.GetElapsedTime(kept.At) <= Lifetime ? kept.Answer : null;
    }
}

/// <summary>One attempt at a request, told apart from its repeats by when the gateway received it.</summary>
internal readonly record struct Attempt(LedgerKey Name, string Fingerprint, DateTimeOffset ReceivedAt);
