using System.Globalization;

namespace JobRequests.Gateway.Docs;

/// <summary>Where a problem's <c>type</c> leads: a page for people, JSON for who asks for it.</summary>
internal static class ProblemPages
{
    public static void MapProblemPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/problems", ListTypes).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/problems/{type}", DescribeType).AllowAnonymous().ExcludeFromDescription();
    }

    private static Task ListTypes(HttpContext http)
    {
        if (WantsJson(http.Request))
            return WriteAsync(
                http, () => http.Response.WriteAsJsonAsync([.. ProblemTypes.All.Select(ProblemTypeBody.From)], GatewayJson.Wire.IReadOnlyListProblemTypeBody));
        return new HtmlPage("Problems")
            .Paragraph("Every failed answer is application/problem+json and names one of these types.")
            .Terms(ProblemTypes.All.Select(type => (type.Uri, string.Create(CultureInfo.InvariantCulture, $"{type.Status} · {type.Title}"))))
            .WriteAsync(http);
    }

    private static Task DescribeType(HttpContext http, string type)
    {
        if (ProblemTypes.Find(type) is not { } known) return ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.NotFound));
        if (WantsJson(http.Request))
            return WriteAsync(http, () => http.Response.WriteAsJsonAsync(ProblemTypeBody.From(known), GatewayJson.Wire.ProblemTypeBody));
        return new HtmlPage(known.Title)
            .Paragraph(known.Description)
            .Terms(
            [
                ("type", known.Uri),
                ("code", known.Code),
                ("status", known.Status.ToString(CultureInfo.InvariantCulture)),
                ("outcome", Meaning(known.Outcome)),
                ("retry.advice", Advice(known.Advice)),
            ])
            .Link("/docs/idempotency", "Keys, repeats and what is remembered")
            .Link("/problems", "All problems")
            .WriteAsync(http);
    }

    private static string Meaning(string outcome) => outcome switch
    {
        Outcomes.Fail => "FAIL: it did not happen and will not happen under this key.",
        Outcomes.Timeout => "TIMEOUT: the outcome isn't known yet.",
        _ => "REFUSED: nothing is stored under the key.",
    };

    private static string Advice(string advice) => advice switch
    {
        RetryAdvice.SameKey => "same-key: send it again with the same key; it is executed at most once.",
        RetryAdvice.NewKey => "new-key: a new attempt is a new request with a new key.",
        _ => "do-not: don't retry; the result won't change.",
    };

    private static bool WantsJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("json", StringComparison.OrdinalIgnoreCase) && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }

    private static Task WriteAsync(HttpContext http, Func<Task> write)
    {
        http.Response.Headers.Vary = "Accept";
        return write();
    }
}
