using System.Text.Json;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Verification;

/// <summary>What was written for lincheck.</summary>
/// <param name="Calls">Lines written.</param>
/// <param name="Jobs">Jobs they are about.</param>
/// <param name="JobsLeftOut">Jobs that its model does not cover.</param>
public sealed record LincheckExported(long Calls, int Jobs, int JobsLeftOut);

/// <summary>
/// A history in the form that lincheck judges. Its model knows neither clocks nor tasks, and begins with the create: jobs with a deadline,
/// with calls to finish something, or whose create is not in the history are left out; what a clock or a condition refused is a refusal.
/// </summary>
public static class LincheckExport
{
    /// <param name="historyFile">The history.</param>
    /// <param name="target">The file to write; it must not exist.</param>
    /// <param name="jobs">Tells which jobs have a deadline; null: none has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="VerificationException">The history cannot be read, or the file cannot be written.</exception>
    public static async Task<LincheckExported> WriteAsync(string historyFile, string target, IJobSource? jobs, CancellationToken cancellationToken = default)
    {
        var (covered, others) = await FindCoveredAsync(historyFile, jobs, cancellationToken);
        var calls = 0L;
        try
        {
            await using var writer = new StreamWriter(target, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write });
            foreach (var call in HistoryFile.ReadCalls(historyFile).Where(call => covered.Contains(call.Job) && (!call.IsGet || call.IsStrongRead)))
            {
                await writer.WriteLineAsync(JsonSerializer.Serialize(Export(call), HistoryJson.Default.RecordedCall).AsMemory(), cancellationToken);
                calls++;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new VerificationException($"The history for lincheck cannot be written: {exception.Message}", exception);
        }

        return new LincheckExported(calls, covered.Count, others);
    }

    private static async Task<(HashSet<string> Covered, int Others)> FindCoveredAsync(string historyFile, IJobSource? jobs, CancellationToken cancellationToken)
    {
        var (all, created, beyond) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var call in HistoryFile.ReadCalls(historyFile))
        {
            all.Add(call.Job);
            if (call is { Op: Operations.Create, Candidates: not null }) created.Add(call.Job);
            if (call.Op is Operations.FinishTask or Operations.Finish) beyond.Add(call.Job);
        }

        created.ExceptWith(beyond);
        if (jobs is not null)
        {
            foreach (var job in created.ToList())
                if (StoredJobDecoder.Document(await jobs.ReadAsync(job, cancellationToken)).Document is { State.ExpiresAt: not null }) created.Remove(job);
        }

        return (created, all.Count - created.Count);
    }

    private static RecordedCall Export(RecordedCall call) => new()
    {
        Job = call.Job,
        Op = call.Op,
        Caller = call.Caller,
        Key = call.Key,
        Candidates = call.Candidates,
        Start = call.Start,
        End = call.End,
        Outcome = call.Code is "DEADLINE_PASSED" or "VERSION_MISMATCH" ? "REFUSED" : call.Outcome,
        Version = call.Version,
        Winner = call.Winner,
    };
}
