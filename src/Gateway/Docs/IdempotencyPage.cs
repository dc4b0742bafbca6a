using System.Globalization;
using JobRequests.Clocks;

namespace JobRequests.Gateway.Docs;

/// <summary>The published rules of keys, as the draft of the Idempotency-Key header asks of every service.</summary>
internal static class IdempotencyPage
{
    public static void MapIdempotencyPage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/docs/idempotency", Describe).AllowAnonymous().ExcludeFromDescription();

    private static Task Describe(HttpContext http, IOptions<GatewayOptions> options)
    {
        var rules = options.Value;
        return new HtmlPage("Keys, repeats and what is remembered")
            .Paragraph("Every command carries the header Idempotency-Key. A command with a key is executed at most once, and each later attempt with it gets "
                + "the first outcome.")
            .Heading("The key")
            .Terms(
            [
                ("form", "1 to 64 letters, digits, underscores and hyphens, as it is or in double quotes, once. A random UUID is a good key."),
                ("scope", "Caller, operation and job; for a create caller and operation. Another caller's key tells nothing."),
                ("operations", string.Join(", ", Operations.All)),
                ("same request",
                    "Operation, job, task, caller, If-Match and body decide whether two requests are the same. Prefer and Request-Deadline do not. Another "
                        + "request under a used key is 422."),
            ])
            .Heading("What is remembered")
            .Terms(
            [
                ("SUCCESS and FAIL", "As long as the job exists, in the job itself. This gateway keeps a copy for " + Words(rules.IdempotencyCacheRetention)
                    + "; losing it costs time, never an outcome."),
                ("job-closed", "Is not stored: a closed job never changes again, so the answer stays the same."),
                ("everything else", "Nothing is remembered: 400, 401, 404, 413, 415, 422, 429, 503. A TIMEOUT is not an outcome and is never remembered."),
                ("repeats", "Carry Idempotency-Replayed: true and replayed: true."),
                ("at the same time",
                    "A repeat of a request in progress joins it and gets the same answer within its own wait; with Prefer: handling=strict it is 409 "
                        + "request-in-progress."),
            ])
            .Heading("Waiting")
            .Terms(
            [
                ("Prefer: wait=N",
                    $"How long to wait for the outcome: {Words(rules.DefaultWait)} when nothing is said, at most {Words(rules.MaxWait)}. respond-async does "
                        + "not wait."),
                ("TIMEOUT", "504, or 202 for who sent Prefer: wait or respond-async. It is not known yet whether the command is executed."),
                ("Request-Deadline",
                    $"The command is never executed after it. When it is not sent: arrival, plus the wait, plus {Words(rules.ExecutionGrace)}."),
                ("clocks", Clocks(rules.ClockTolerance, http.RequestServices.GetService<ClockWatch>())),
                ("outcomeKnownAt",
                    $"The deadline plus {Words(rules.ClockTolerance)}, by which clocks may differ. Asked from then on at the address in instance, the job "
                        + "records that the deadline passed, unless the command was decided: a TIMEOUT turns into a fact."),
            ])
            .Heading("When to send it again")
            .Paragraph("With the same key: always safe after 202, 429, 503, 504 and when the connection broke. Never needed after 409 or 422. With a new key: "
                + "only as a new command.")
            .Link("/problems", "All problems")
            .WriteAsync(http);
    }

    private static string Clocks(TimeSpan tolerance, ClockWatch? watch)
    {
        var allowed = $"The clocks of gateways and silos may differ by {Words(tolerance)}.";
        if (watch is null) return allowed + " Here all of them are one.";
        var farthest = watch.Differences.Select(static difference => difference.Ahead.Duration()).DefaultIfEmpty().Max();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{allowed} They are compared every {Words(ClockWatch.Period)}; the largest difference that this gateway saw last is "
                + $"{farthest.TotalMilliseconds:0} ms. A larger one than allowed is reported at /health/ready.");
    }

    private static string Words(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.##} hours")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} seconds");
}
