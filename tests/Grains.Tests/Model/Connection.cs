namespace JobRequests.Grains.Tests.Model;

/// <summary>A process's way to the document on which anything may be lost, late, or applied after the process has died.</summary>
internal sealed class Connection(StoredDocument stored) : IJobDocumentStore
{
    private readonly Queue<TaskCompletionSource> _held = new();
    private int _fault;
    private int _lostAcknowledgements;

    public bool IsDead { get; private set; }

    /// <summary>What happens to the next write: nothing, request lost, reply lost, held until released, read fails, publication's acknowledgement
    /// lost.</summary>
    public void Plan(int fault) => _fault = fault;

    public bool LosesAcknowledgement() => _lostAcknowledgements-- > 0;

    public void Release()
    {
        while (_held.TryDequeue(out var held)) held.SetResult();
    }

    public void Heal()
    {
        _fault = 0;
        _lostAcknowledgements = 0;
        Release();
    }

    public void Abandon()
    {
        IsDead = true;
        Release();
    }

    public async Task<StoredJob> ReadAsync()
    {
        var fault = Take(4);
        await Task.Yield();
        if (IsDead) await new TaskCompletionSource().Task;
        return fault ? throw new IOException("The read failed.") : stored.Read();
    }

    public async Task<string> WriteAsync(JobDocument document, string? expectedETag)
    {
        if (Take(5)) _lostAcknowledgements = 2;
        var (isRequestLost, isReplyLost) = (Take(1), Take(2));
        if (Take(3))
        {
            var held = new TaskCompletionSource();
            _held.Enqueue(held);
            await held.Task;
        }
        else
        {
            await Task.Yield();
        }

        if (isRequestLost) throw new IOException("The request was lost.");
        var etag = stored.Write(document, expectedETag);
        if (IsDead) await new TaskCompletionSource().Task;
        return isReplyLost ? throw new IOException("The reply was lost.") : etag;
    }

    private bool Take(int fault)
    {
        if (_fault != fault) return false;
        _fault = 0;
        return true;
    }
}
