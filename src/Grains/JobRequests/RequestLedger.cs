namespace JobRequests.Grains;

/// <summary>Scope of a key within its job.</summary>
internal readonly record struct RequestName(string Caller, string Operation, string Key)
{
#if PLANTED_BUGS
    public string Caller { get; } = PlantedBug.Is("key-without-caller") ? "" : Caller;
#endif
}

/// <summary>Finds outcomes in a document's ledger and counts its FAILs.</summary>
internal sealed class RequestLedger
{
    private readonly Dictionary<RequestName, LedgerEntry> _entries;
    private readonly Dictionary<string, int> _failsByCaller = new(StringComparer.Ordinal);

    public RequestLedger(IReadOnlyCollection<LedgerEntry> entries)
    {
        _entries = new Dictionary<RequestName, LedgerEntry>(entries.Count);
        foreach (var entry in entries) Add(entry);
    }

    public int Fails { get; private set; }

    public LedgerEntry? Find(RequestName name) => _entries.GetValueOrDefault(name);

    public int FailsOf(string caller) => _failsByCaller.GetValueOrDefault(caller);

    public void Add(LedgerEntry entry)
    {
        _entries.Add(new RequestName(entry.Caller, entry.Operation, entry.Key), entry);
        if (!entry.IsFail) return;
        Fails++;
        _failsByCaller[entry.Caller] = FailsOf(entry.Caller) + 1;
    }
}
