using CsCheck;

namespace JobRequests.Domain.Tests;

public sealed class JobRequestIdProperties
{
    // Few letters, short: equal pairs and pairs that are equal when joined are both common.
    private static readonly Gen<string> Short = Gen.Char["ab\u0000é"].Array[0, 3].Select(letters => new string(letters));

    [Fact]
    public void Two_ids_are_equal_only_if_caller_and_key_are() => Gen.Select(Short, Short, Short, Short).Sample(
        (caller, key, otherCaller, otherKey) => Assert.True(
            (JobRequestId.Derive(caller, key) == JobRequestId.Derive(otherCaller, otherKey)) == ((caller, key) == (otherCaller, otherKey)),
            "Two names for one pair, or one for two."),
        iter: Sequences.Fewer);

    [Fact]
    public void Every_id_is_well_formed_and_of_version_five() => Gen.Select(Gen.String, Gen.String).Sample(
        (caller, key) =>
        {
            var id = JobRequestId.Derive(caller, key);
            Assert.True(JobRequestId.IsWellFormed(id) && id.Length == 36, "Not well-formed.");
            Assert.True(id[14] == '5' && id[19] is '8' or '9' or 'a' or 'b', "Not a UUID of version 5.");
        },
        iter: Sequences.Fewer);
}
