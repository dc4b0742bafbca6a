using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>What answers say of others: I12.</summary>
internal static class PrivacyCheck
{
    public static void Check(JobCase job)
    {
        foreach (var call in job.Evidence.Calls ?? [])
        {
            if (WhatItTells(job.State, call) is { } told)
                job.Findings.Add(Invariant.I12, $"{call.Caller} was told {told}.", call.Version, call.Caller, call.Key, Show.Call(call));
        }
    }

    private static string? WhatItTells(JobRequest? state, RecordedCall call)
    {
        if (call.AnswerJob is { } job && job != call.Job) return $"of job {job} instead";
        if (call.AnswerKey is { } key && key != call.Key) return $"of the request {key} instead";
        if (state is not { Version: > 0 } || call.Admin == true || call.Caller == state.Requester) return null;

        // A create names the job that its caller and key derive: nobody else's.
        if (!state.IsVisibleTo(call.Caller)) return call.IsDecided ? "of a job that this person may not know of" : null;
        if (call.Winner is { Length: > 0 } winner && winner != call.Caller) return $"that {winner} has the job";
        return call.Seen?.FirstOrDefault(person => person != call.Caller && person != state.Requester) is { } other ? $"of {other}" : null;
    }
}
