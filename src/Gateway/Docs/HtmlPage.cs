using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace JobRequests.Gateway.Docs;

/// <summary>A small page of text: escaped, without scripts, styled by one local file.</summary>
internal sealed class HtmlPage(string title)
{
    public const string StylePath = "/docs/style.css";

    private const string Policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly StringBuilder _body = new();

    public HtmlPage Heading(string text) => Element("h2", text);

    public HtmlPage Paragraph(string text) => Element("p", text);

    public HtmlPage Link(string address, string text)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<p><a href=\"{Encode(address)}\">{Encode(text)}</a></p>\n");
        return this;
    }

    /// <summary>Terms with what they mean; a term that begins with a slash becomes a link.</summary>
    public HtmlPage Terms(IEnumerable<(string Term, string Meaning)> terms)
    {
        _body.Append("<dl>\n");
        foreach (var (term, meaning) in terms)
        {
            var shown = term.StartsWith('/') ? $"<a href=\"{Encode(term)}\"><code>{Encode(term)}</code></a>" : $"<code>{Encode(term)}</code>";
            _body.Append(CultureInfo.InvariantCulture, $"<dt>{shown}</dt><dd>{Encode(meaning)}</dd>\n");
        }

        _body.Append("</dl>\n");
        return this;
    }

    public async Task WriteAsync(HttpContext http)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.CacheControl = "public, max-age=300";
        http.Response.Headers.Vary = "Accept";
        await http.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{Encode(title)}</title><link rel="stylesheet" href="{StylePath}"></head>
            <body><main>
            <h1>{Encode(title)}</h1>
            {_body}</main></body>
            </html>

            """,
            http.RequestAborted);
    }

    private HtmlPage Element(string name, string text)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<{name}>{Encode(text)}</{name}>\n");
        return this;
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
