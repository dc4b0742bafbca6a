namespace JobRequests.Grains.Tests;

/// <summary>One process's way to a <see cref="StoredDocument"/>, with the faults that a test plans.</summary>
internal sealed class ScriptedStore(StoredDocument stored) : IJobDocumentStore
{
    private readonly Queue<WriteFault> _faults = new();

    public StoredDocument Stored => stored;

    public int Reads { get; private set; }

    /// <summary>Writes that were tried, whatever became of them.</summary>
    public int Attempts { get; private set; }

    /// <summary>Every read and write fails while it is set.</summary>
    public bool IsDown { get; set; }

    /// <summary>The next reads answer with what was there when they began, once this has completed.</summary>
    public TaskCompletionSource? ReadGate { get; set; }

    /// <summary>The next writes reach the server once this has completed.</summary>
    public TaskCompletionSource? WriteGate { get; set; }

    /// <summary>Somebody else gets in between: runs once, just before the next write is applied.</summary>
    public Action? BeforeNextWrite { get; set; }

    public void FailNextWrites(params ReadOnlySpan<WriteFault> faults)
    {
        foreach (var fault in faults) _faults.Enqueue(fault);
    }

    public async Task<StoredJob> ReadAsync()
    {
        Reads++;
        ThrowIfDown();
        var read = stored.Read();
        if (ReadGate is { } gate) await gate.Task;
        else await Task.Yield();
        return read;
    }

    public async Task<string> WriteAsync(JobDocument document, string? expectedETag)
    {
        Attempts++;
        ThrowIfDown();
        var fault = _faults.TryDequeue(out var planned) ? planned : WriteFault.None;
        if (WriteGate is { } gate) await gate.Task;
        else await Task.Yield();
        if (fault == WriteFault.LostRequest) throw new IOException("The request was lost.");
        var between = BeforeNextWrite;
        BeforeNextWrite = null;
        between?.Invoke();
        var etag = stored.Write(document, expectedETag);
        return fault == WriteFault.LostReply ? throw new IOException("The reply was lost.") : etag;
    }

    private void ThrowIfDown()
    {
        if (IsDown) throw new IOException("The storage is down.");
    }
}

internal enum WriteFault
{
    None,

    /// <summary>The write never reached the storage.</summary>
    LostRequest,

    /// <summary>The write was done, its reply did not arrive.</summary>
    LostReply,
}
