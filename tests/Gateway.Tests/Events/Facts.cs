using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Events;

/// <summary>Events of jobs as the grains publish them.</summary>
internal static class Facts
{
    public static readonly DateTimeOffset At = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    public static string Job(int number) => $"5f0c6a52-7d0f-5b9c-9a60-{number:x12}";

    public static JobEvent Requested(string job, string requester = "zoe", params string[] candidates) =>
        new(job, 1, "JobRequested", At, requester, "k1", 1,
            new JobEventData(Candidates: [.. candidates.Length == 0 ? ["ann", "bob"] : candidates], Tasks: [], Title: "windows"));

    public static JobEvent Accepted(string job, string by = "ann", int version = 2) => new(job, version, "JobAccepted", At, by, "k2", 1, JobEventData.None);

    public static JobEvent Declined(string job, string by = "bob", int version = 2) =>
        new(job, version, "JobDeclined", At, by, "k3", 1, new JobEventData(Reason: "on holiday"));
}
