namespace JobRequests.Simulation.Tests;

/// <summary>What lies between processes. A message may be late, lost on either way, or come twice.</summary>
internal sealed class Network(World world, FaultPlan faults)
{
    private static readonly TimeSpan RefusalDelay = TimeSpan.FromMilliseconds(2);

    public FaultPlan Faults => faults;

    public TimeSpan OneWay() => faults.Strikes(Fault.Delay) ? world.Between(1, 3_000) : world.Between(0.1, 2);

    /// <summary>Asks a server that answers at once when the question arrives. Throws <see cref="IOException"/> when no answer came: it may have been asked all
    /// the same.</summary>
    /// <param name="caller">Who is told.</param>
    /// <param name="serve">Runs at the server.</param>
    /// <param name="timeout">How long the caller waits.</param>
    /// <param name="comesTwice">Whether the question may be asked twice by the network.</param>
    public Task<T> AskAsync<T>(Actor caller, Func<T> serve, TimeSpan timeout, bool comesTwice = false)
    {
        var reply = new TaskCompletionSource<T>();
        var isLost = faults.Strikes(Fault.LostRequest);
        var isReplyLost = faults.Strikes(Fault.LostReply);
        var waitLimit = world.Later(timeout, caller,
            () => reply.TrySetException(
                new IOException(isLost ? "The request was lost." : isReplyLost ? "The reply was lost." : "There was no answer in time.")));
        if (!isLost) world.Later(OneWay(), null, Serve);
        if (comesTwice && faults.Strikes(Fault.Duplicate)) world.Later(OneWay(), null, Serve);
        return reply.Task;

        void Serve()
        {
            T result;
            try
            {
                result = serve();
            }
            catch (Exception exception)
            {
                Reply(() => reply.TrySetException(exception));
                return;
            }

            if (!isReplyLost) Reply(() => reply.TrySetResult(result));
        }

        void Reply(Action tell) => world.Later(OneWay(), caller, () =>
        {
            waitLimit.IsCancelled = true;
            tell();
        });
    }

    /// <summary>Calls a process. Throws <see cref="IOException"/> when no answer came: it may have been executed all the same.</summary>
    /// <param name="caller">Who is told.</param>
    /// <param name="find">Who executes it, as known when it arrives; null when nobody listens there.</param>
    /// <param name="serve">Runs there.</param>
    /// <param name="timeout">How long the caller waits.</param>
    public Task<T> CallAsync<T>(Actor caller, Func<Actor?> find, Func<Task<T>> serve, TimeSpan timeout)
    {
        var reply = new TaskCompletionSource<T>();
        var isReplyLost = faults.Strikes(Fault.LostReply);
        var waitLimit = world.Later(timeout, caller, () => reply.TrySetException(new IOException("There was no answer in time.")));
        if (!faults.Strikes(Fault.LostRequest)) world.Later(OneWay(), null, Arrive);
        return reply.Task;

        void Arrive()
        {
            if (find() is { } target) target.Post(_ => Serve(), null);
            else world.Later(RefusalDelay, caller, () => reply.TrySetException(new IOException("Nobody listens there.")));
        }

        async void Serve()
        {
            try
            {
                var result = await serve();
                Reply(() => reply.TrySetResult(result));
            }
            catch (Exception exception)
            {
                Reply(() => reply.TrySetException(exception));
            }
        }

        void Reply(Action tell)
        {
            if (isReplyLost) return;
            world.Later(OneWay(), caller, () =>
            {
                waitLimit.IsCancelled = true;
                tell();
            });
        }
    }
}
