using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Hosting;

internal static class Snapshots
{
    public static readonly DateTimeOffset CreatedAt = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    /// <summary>A job as its requester sees it.</summary>
    public static JobSnapshot Job(string id, string requester = "zoe", int version = 1) => new(
        id, "Open", 1, version, null, requester, null, [new CandidateSnapshot("ann", null), new CandidateSnapshot("bob", null)], 2,
        [new TaskSnapshot("t1", "windows", false)], CreatedAt, null);

    /// <summary>The same job as its candidate <c>ann</c> sees it.</summary>
    public static JobSnapshot JobOfCandidate(string id) => Job(id) with { Candidates = [new CandidateSnapshot("ann", null)], CandidatesLeft = null };
}
