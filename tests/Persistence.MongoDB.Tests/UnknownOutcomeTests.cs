using JobRequests.Persistence.MongoDB.Tests.Wire;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>Every fault with an unknown outcome, once, on every kind of write: the caller does not notice.</summary>
public sealed class UnknownOutcomeTests
{
    public static TheoryData<string> Faults => [.. WireFault.All.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task An_insert_with_one_unknown_outcome_succeeds(string fault)
    {
        await using var test = new StubbedStorage();
        test.Stub.FailNext("insert", 1, WireFault.All[fault]);
        var state = StubbedStorage.State("one");

        await test.WriteAsync(state);

        Assert.True(state.RecordExists);
        Assert.Equal((state.ETag, "one"), test.Stored());
        Assert.Equal(2, test.Attempts("insert"));
        AssertIdenticalRepeats(test, "insert", "documents");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task An_update_with_one_unknown_outcome_succeeds(string fault)
    {
        await using var test = new StubbedStorage();
        var state = StubbedStorage.State("one");
        await test.WriteAsync(state);
        test.Stub.FailNext("update", 1, WireFault.All[fault]);
        state.State!.Text = "two";

        await test.WriteAsync(state);

        Assert.Equal((state.ETag, "two"), test.Stored());
        Assert.Equal(2, test.Attempts("update"));
        AssertIdenticalRepeats(test, "update", "updates");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_clear_with_one_unknown_outcome_succeeds(string fault)
    {
        await using var test = new StubbedStorage();
        var state = StubbedStorage.State("one");
        await test.WriteAsync(state);
        test.Stub.FailNext("delete", 1, WireFault.All[fault]);

        await test.ClearAsync(state);

        Assert.Equal((null, false), (state.ETag, state.RecordExists));
        Assert.Equal((null, null), test.Stored());
    }

    private static void AssertIdenticalRepeats(StubbedStorage test, string command, string statements)
    {
        var sent = test.Stub.Received.Where(received => received.GetElement(0).Name == command).Select(received => received[statements]).ToList();
        Assert.All(sent, one => Assert.Equal(sent[0], one));
    }
}
