using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>A command that cannot be decided stops neither its neighbours nor those who come after it.</summary>
public sealed class MalformedCommandTests
{
    private readonly Workbench _bench = new();

    public static TheoryData<string> Kinds =>
        ["nothing", "no command", "no person", "no key", "no fingerprint", "no candidates", "no tasks", "a task without a name", "no task id", "another job"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Its_neighbours_are_decided_at_once(string kind)
    {
        _bench.Create();
        var accept = _bench.Accept("ann");

        var delivery = _bench.Deliver(Malformed(kind)!, accept);

        Assert.True(delivery.IsCompletedSuccessfully);
        Success(_bench.Ask(Query(accept)));
        Assert.Equal(2, _bench.Document.Requests.Count);
    }

    private CommandEnvelope? Malformed(string kind) => kind switch
    {
        "nothing" => null,
        "no command" => _bench.Accept("ann") with { Command = null! },
        "no person" => _bench.Accept("ann") with { Caller = default },
        "no key" => _bench.Accept("ann") with { Key = null! },
        "no fingerprint" => _bench.Accept("ann", "other") with { Fingerprint = null! },
        "no candidates" => _bench.Creation() with { Command = new JobRequestCommand.Create(default, [], null, null) },
        "no tasks" => _bench.Creation() with { Command = new JobRequestCommand.Create(["ann"], default, null, null) },
        "a task without a name" => _bench.Creation() with { Command = new JobRequestCommand.Create(["ann"], [new JobTask("t", null!)], null, null) },
        "no task id" => _bench.Command("ann", new JobRequestCommand.FinishTask(null!), "t"),
        _ => _bench.Accept("bob") with { JobRequestId = Guid.NewGuid().ToString() },
    };
}
