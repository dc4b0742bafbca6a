using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

/// <summary>Reads out of a job's document why requests got their outcomes, for one reader. Pure.</summary>
internal static class RequestExplainer
{
    /// <returns>Null where the caller may not know of the job.</returns>
    public static RequestExplanation? Explain(JobDocument document, string jobRequestId, Caller caller, string operation, string key)
    {
        var reader = new Reader(document, jobRequestId, caller);
        if (operation != Operations.Create && !reader.SeesJob) return null;

        var version = document.State.Version;
        if (document.Requests.Find(entry => entry.Caller == caller.Person && entry.Operation == operation && entry.Key == key) is { } found)
        {
            var because = reader.Because(found);
            var (reachedAt, wave) = reader.Reached;
            return new RequestExplanation(
                jobRequestId, version, reader.Read(found), IsRecorded: true, reader.Read(because), reader.LostBy(found, because), reachedAt, wave);
        }

        // A closed job refuses whatever it does not know, and stores nothing of it.
        if (!reader.IsClosed) return new RequestExplanation(jobRequestId, version, null, IsRecorded: false, null, null);
        var closing = reader.LastEvent;
        var refused = new DecidedRequest(
            caller.Person, operation, key, Rejections.JobClosed.Code, version, null, document.State.Epoch,
            new RequestTimes(null, null, null, document.State.LastEventAt, null, null), null, null);
        return new RequestExplanation(jobRequestId, version, refused, IsRecorded: false, reader.Read(closing), null);
    }

    /// <inheritdoc cref="Explain"/>
    public static JobTimeline? Timeline(JobDocument document, string jobRequestId, Caller caller)
    {
        var reader = new Reader(document, jobRequestId, caller);
        if (!reader.SeesJob) return null;
        if (!reader.SeesEverything) return new JobTimeline(jobRequestId, document.State.Version, null);
        return new JobTimeline(jobRequestId, document.State.Version, [.. document.Requests.Select(entry =>
        {
            var lostTo = Reader.IsContest(entry) ? reader.Because(entry) : null;
            return new TimelineEntry(reader.Read(entry), lostTo?.N, reader.LostBy(entry, lostTo));
        })]);
    }

    private sealed class Reader
    {
        private readonly JobDocument _document;
        private readonly string _person;
        private readonly Dictionary<int, StoredEvent> _events;
        private readonly Dictionary<(string Caller, string Key), List<LedgerEntry>> _successes = [];

        public Reader(JobDocument document, string jobRequestId, Caller caller)
        {
            _document = document;
            _person = caller.Person;
            _events = document.Events.ToDictionary(stored => stored.N);
            foreach (var entry in document.Requests)
            {
                if (entry.IsFail) continue;
                if (!_successes.TryGetValue((entry.Caller, entry.Key), out var entries)) _successes[(entry.Caller, entry.Key)] = entries = [];
                entries.Add(entry);
            }

            var job = document.State.ToDomain();
            var view = new JobView(jobRequestId, job);
            var viewer = new Viewer(caller.Person, caller.IsAdmin);
            SeesJob = view.IsVisibleTo(viewer);
            SeesEverything = SeesJob && view.SeesEverything(viewer);
            IsClosed = job.IsTerminal;
        }

        public bool SeesJob { get; }

        public bool SeesEverything { get; }

        public bool IsClosed { get; }

        /// <summary>When a wave reached the reader, and which one, as far as that is known.</summary>
        public (DateTimeOffset? At, int? Wave) Reached
        {
            get
            {
                if (_document.State.Waves is null || _document.State.Candidates.Find(candidate => candidate.Id == _person) is not { } reached)
                    return (null, null);
                if (reached.AskedAt is not { } at) return (_document.State.CreatedAt, 1);
                return (at, _document.Events.Find(stored => stored.Wave is not null && stored.Candidates?.Contains(_person) == true)?.Wave);
            }
        }

        public StoredEvent? LastEvent => _events.GetValueOrDefault(_document.State.Version);

        /// <summary>Whether an earlier command would have got another answer.</summary>
        public static bool IsContest(LedgerEntry entry) => entry.Rank is not null
            || entry.Code == Rejections.AlreadyAccepted.Code || entry.Code == Rejections.AlreadyAssigned.Code || entry.Code == Rejections.VersionMismatch.Code;

        /// <summary>The event that made the difference: its own one for a success, the one it rests on for a refusal, or for a place in the line.</summary>
        public StoredEvent? Because(LedgerEntry entry) => entry.Code switch
        {
            null when entry.Rank is not null => StandingAccept(entry.Version),
            null => _events.GetValueOrDefault(entry.Version),
            _ when entry.Code == Rejections.AlreadyAccepted.Code || entry.Code == Rejections.AlreadyAssigned.Code => StandingAccept(entry.Version),
            // A step of the winner, asked for by somebody else. What a role alone forbids rests on no event.
            _ when entry.Code == Rejections.NotAllowed.Code && IsStepOfWinner(entry.Operation) => StandingAccept(entry.Version),
            _ when entry.Code == Rejections.AlreadyAnswered.Code => Last(entry.Version, stored => AnswersFor(stored, entry.Caller)),
            _ when entry.Code == Rejections.AlreadyStarted.Code => Last(entry.Version, stored => stored.Type == nameof(JobRequestEvent.JobStarted)),
            _ when entry.Code == Rejections.AlreadyExists.Code => _events.GetValueOrDefault(1),
            _ when entry.Code == Rejections.VersionMismatch.Code && entry.Expected < entry.Version => _events.GetValueOrDefault(entry.Expected.Value + 1),
            _ => null,
        };

        public Lead? LostBy(LedgerEntry entry, StoredEvent? because)
        {
            // Who was promoted did not come earlier: somebody else left.
            if (because is null or { Promoted: not null } || !IsContest(entry) || Cause(because) is not { } winner) return null;
            return Distance(winner.WrittenAt, entry.WrittenAt, Lead.InLog)
                ?? Distance(winner.ReceivedAt, entry.ReceivedAt, Lead.AtGateway)
                ?? Distance(winner.At, entry.At, Lead.AtDecision);
        }

        public DecidedRequest Read(LedgerEntry entry)
        {
            var isKnown = SeesEverything || entry.Caller == _person;
            return new DecidedRequest(
                isKnown ? entry.Caller : null,
                entry.Operation,
                isKnown ? entry.Key : null,
                entry.Code,
                entry.Version,
                entry.Expected,
                EpochAt(entry.Version),
                new RequestTimes(entry.ReceivedAt, entry.WrittenAt, entry.ReadAt, entry.At, After(entry.At, entry.CommitMs),
                    entry.IsFail ? null : PublishedAt(entry.Version)),
                entry is { Partition: { } partition, Offset: { } offset } ? new LogPosition(partition, offset) : null,
                isKnown ? entry.TraceId : null,
                isKnown ? entry.SignedBy : null,
                isKnown ? entry.Rank : null);
        }

        public DecidingFact? Read(StoredEvent? stored)
        {
            if (stored is null) return null;
            var isKnown = SeesEverything || stored.By == _person;
            return new DecidingFact(stored.N, stored.Type, stored.At, isKnown ? stored.By : null, Cause(stored) is { } cause ? Read(cause) : null);
        }

        private static bool IsStepOfWinner(string operation) =>
            operation is Operations.Confirm or Operations.Withdraw or Operations.Start or Operations.FinishTask or Operations.Finish;

        // A dispatcher may have answered in a person's place.
        private static bool AnswersFor(StoredEvent stored, string person) => stored.Candidate == person || stored.Promoted == person || (stored.By == person
            && stored.Type is (nameof(JobRequestEvent.JobAccepted) or nameof(JobRequestEvent.JobDeclined) or nameof(JobRequestEvent.JobWithdrawn)
                or nameof(JobRequestEvent.StandbyJoined) or nameof(JobRequestEvent.StandbyLeft)));

        // Clocks differ: a later command may bear the earlier time. Then another pair of times has to tell.
        private static Lead? Distance(DateTimeOffset? earlier, DateTimeOffset? later, string measured) =>
            later - earlier is { Ticks: >= 0 } distance ? new Lead(Math.Round(distance.TotalMilliseconds, 1), measured) : null;

        private static DateTimeOffset? After(DateTimeOffset at, int? milliseconds) => milliseconds is { } known ? at.AddMilliseconds(known) : null;

        private StoredEvent? StandingAccept(int version)
        {
            var last = Last(version, stored => stored.ToDomain() is { NewWinner: not null } or { FormerWinner: not null });
            return last?.ToDomain().NewWinner is null ? null : last;
        }

        private StoredEvent? Last(int version, Predicate<StoredEvent> matches)
        {
            for (var n = version; _events.TryGetValue(n, out var stored); n--)
                if (matches(stored))
                    return stored;
            return null;
        }

        private LedgerEntry? Cause(StoredEvent stored)
        {
            if (stored is not { By: { } by, Request: { } key } || !_successes.TryGetValue((by, key), out var entries)) return null;
            // One key may name requests of several operations; and a decline that leaves nobody makes two events, the second of which it answers.
            return entries.Find(entry => entry.Version == stored.N) ?? entries.Find(entry => entry.Version == stored.N + 1);
        }

        private DateTimeOffset? PublishedAt(int version) => _events.TryGetValue(version, out var stored) ? After(stored.At, stored.PublishMs) : null;

        private int? EpochAt(int version) =>
            version == _document.State.Version ? _document.State.Epoch : _events.TryGetValue(version, out var stored) ? stored.Epoch : null;
    }
}
