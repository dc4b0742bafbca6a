namespace JobRequests.Client;

/// <summary>Keeps pending requests for the life of the process.</summary>
public sealed class InMemoryPendingRequestStore : IPendingRequestStore
{
    private readonly Lock _gate = new();
    private readonly List<PendingRequest> _requests = [];

    public Task SaveAsync(PendingRequest request, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _requests.RemoveAll(request.IsSameAs);
            _requests.Add(request);
        }

        return Task.CompletedTask;
    }

    public Task<PendingRequest?> FindAsync(PendingRequest request, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return Task.FromResult(_requests.Find(request.IsSameAs));
    }

    public Task ForgetAsync(PendingRequest request, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            _requests.RemoveAll(request.IsSameAs);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<PendingRequest>> ListAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<PendingRequest>>([.. _requests.OrderBy(request => request.Created)]);
    }
}
