namespace JobRequests.Cli.Sending;

/// <summary>Prints what a read brought, as text or as it came.</summary>
internal static class Reading
{
    public static async Task<int> PrintAsync<T>(Session session, Func<Task<T>> read, Func<T, RawAnswer?> raw, Func<T, IEnumerable<string>> lines)
    {
        try
        {
            var value = await read();
            if (session.Json)
                Terminal.Raw(raw(value)?.Body ?? "");
            else
                Terminal.Line(string.Join('\n', lines(value)));
            return ExitCode.Success;
        }
        catch (JobRequestsException e) when (session.Json)
        {
            Terminal.Raw(e.Answer.Body);
            return ExitCode.OfRefusal(e.Answer.Status);
        }
    }
}
