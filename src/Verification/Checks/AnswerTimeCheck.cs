using System.Globalization;

namespace JobRequests.Verification;

/// <summary>Whether answers came in time: I11. A call without an answer is not judged: its gateway, or its caller, may have been killed.</summary>
internal static class AnswerTimeCheck
{
    public static void Check(JobCase job)
    {
        foreach (var call in job.Evidence.Calls ?? [])
        {
            if (call.End is not { } end) continue;
            var took = TimeSpan.FromMicroseconds((end - call.Start) / 1e3);
            var wait = call.Wait is { } seconds ? TimeSpan.FromSeconds(seconds) : job.Rules.Wait;
            if (took <= wait + job.Rules.AnswerMargin) continue;
            job.Findings.Add(
                Invariant.I11,
                string.Create(CultureInfo.InvariantCulture,
                    $"An answer took {took.TotalMilliseconds:0} ms; the caller waited for {wait.TotalMilliseconds:0} ms."), call.Version, call.Caller, call.Key,
                        Show.Call(call));
        }
    }
}
