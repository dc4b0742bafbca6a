namespace JobRequests.Grains;

/// <summary>Scope of a key within its job.</summary>
internal readonly record struct LedgerKey(string Caller, string Operation, string Key);

/// <summary>Finds outcomes in a document's ledger and counts what is limited of them.</summary>
internal sealed class OutcomeLedger
{
    private readonly Dictionary<LedgerKey, LedgerEntry> _entries;
    private readonly Dictionary<string, int> _failsByCaller = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _closedByCaller = new(StringComparer.Ordinal);

    public OutcomeLedger(IReadOnlyCollection<LedgerEntry> entries)
    {
        _entries = new Dictionary<LedgerKey, LedgerEntry>(entries.Count);
        foreach (var entry in entries) Add(entry);
    }

    /// <summary>Refusals of commands that reached the job.</summary>
    public int Fails { get; private set; }

    /// <summary>About how much of the document the ledger takes up.</summary>
    public int Bytes { get; private set; }

    public LedgerEntry? Find(LedgerKey name) => _entries.GetValueOrDefault(name);

    public int FailsOf(string caller) => _failsByCaller.GetValueOrDefault(caller);

    /// <summary>Deadlines recorded for commands of the caller that did not reach the job.</summary>
    public int ClosedOf(string caller) => _closedByCaller.GetValueOrDefault(caller);

    public void Add(LedgerEntry entry)
    {
        _entries.Add(new LedgerKey(entry.Caller, entry.Operation, entry.Key), entry);
        // The names and times of its members, and its key and person.
        Bytes += 400 + entry.Key.Length + entry.Caller.Length;
        if (!entry.IsFail) return;
        if (entry.Fingerprint is null)
        {
            _closedByCaller[entry.Caller] = ClosedOf(entry.Caller) + 1;
            return;
        }

        Fails++;
        _failsByCaller[entry.Caller] = FailsOf(entry.Caller) + 1;
    }
}

/// <summary>What a decision adds to a job's ledger, and whether there is room for it.</summary>
internal sealed class LedgerDraft(OutcomeLedger stored, JobRequestOptions options)
{
    private readonly OutcomeLedger _added = new([]);
    private readonly List<LedgerEntry> _entries = [];

    public IReadOnlyList<LedgerEntry> Entries => _entries;

    public bool HasRoom => HasRoomWithin(options.MaxLedgerBytes);

    public LedgerEntry? Find(LedgerKey name) => _added.Find(name) ?? stored.Find(name);

    public bool HasRoomForFail(string caller) =>
        HasRoom && stored.FailsOf(caller) + _added.FailsOf(caller) < options.MaxFailsPerCaller && stored.Fails + _added.Fails < options.MaxFailsPerJob;

    /// <summary>Apart from the limit of FAILs: a recorded deadline is a fact that somebody waits for.</summary>
    public bool HasRoomForClosing(string caller) =>
        HasRoomWithin(options.MaxLedgerBytes / 2) && stored.ClosedOf(caller) + _added.ClosedOf(caller) < options.MaxFailsPerCaller;

    public void Add(LedgerEntry entry)
    {
        _entries.Add(entry);
        _added.Add(entry);
    }

    private bool HasRoomWithin(int bytes) => stored.Bytes + _added.Bytes < bytes;
}
