using CsCheck;
using Orleans.Storage;

namespace JobRequests.Grains.Tests.Model;

/// <summary>
/// Random commands, repeats, crashes and faults on two activations of one job. <c>JOBREQUESTS_LONG=1</c> runs 100,000 of them; a
/// failing run prints its seed, which <c>CsCheck_Seed</c> replays.
/// </summary>
public sealed class ModelTests
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") == "1";

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Frequency(
            (10, Gen.Const(StepKind.Deliver)),
            (3, Gen.Const(StepKind.Retry)),
            (1, Gen.Const(StepKind.Close)),
            (1, Gen.Const(StepKind.Expire)),
            (1, Gen.Const(StepKind.Publish)),
            (2, Gen.Const(StepKind.Crash)),
            (2, Gen.Const(StepKind.Release)),
            (2, Gen.Const(StepKind.Pass))),
        Gen.Int[0, 1],
        Gen.Int[0, 8],
        Gen.Int[0, 9],
        Gen.Int[0, 20],
        Gen.Frequency((6, Gen.Const(0)), (4, Gen.Int[1, 5])),
        (kind, process, person, operation, key, fault) => new Step(kind, process, person, operation, key, fault));

    private static readonly Gen<Step[]> Runs = Steps.Array[1, 18].Select(steps => (Step[])[new Step(StepKind.Deliver, 0, 0, 0, 1, 0), .. steps]);

    [Fact]
    public void Every_promise_holds_in_a_model_with_faults() =>
        Runs.Sample(steps => new ModelRun().Run(steps), iter: IsLong ? 100_000 : 3_000, threads: IsLong ? Environment.ProcessorCount : 1);

    [Fact]
    public void A_storage_without_compare_and_set_is_caught() =>
        Assert.ThrowsAny<Exception>(() => Runs.Sample(steps => new ModelRun(store => new Overwriting(store)).Run(steps), iter: 3_000, threads: 1));

    /// <summary>Writes whatever it is given, over whatever is there.</summary>
    private sealed class Overwriting(IJobDocumentStore store) : IJobDocumentStore
    {
        public Task<StoredJob> ReadAsync() => store.ReadAsync();

        public async Task<string> WriteAsync(JobDocument document, string? expectedETag)
        {
            try
            {
                return await store.WriteAsync(document, expectedETag);
            }
            catch (InconsistentStateException)
            {
                return await store.WriteAsync(document, (await store.ReadAsync()).ETag);
            }
        }
    }
}
