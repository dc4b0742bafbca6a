using System.Text.Json;

namespace JobRequests.Board.Tests;

/// <summary>The board's own reader of server-sent events, fed in pieces of every size.</summary>
public sealed class EventStreamTests(BoardFixture board)
{
    [Fact]
    public async Task Events_are_read_whatever_the_pieces_they_come_in()
    {
        const string Stream =
            "retry: 1000\nid: 0\n\n:hello\n\nid: 1\nevent: JobAccepted\ndata: {\"a\":1}\n\nid: 2\r\ndata: first\r\ndata:second\r\n\r\ndata: "
                + "\u00e9\u20ac\n\nid\ndata: no id\n\n:beat\n\ndata: unfinished";
        await using var visitor = await board.VisitAsync(null);
        await visitor.Page.Locator("#identity").WaitForAsync();

        var read = await visitor.Page.EvaluateAsync<JsonElement>(
            """
            async stream => {
              const { createParser } = await import(document.querySelector("script[type=module]").src.replace("boot.js", "sse.js"));
              const all = [];
              for (let size = 1; size <= stream.length; size++) {
                const parse = createParser(), events = [];
                for (let at = 0; at < stream.length; at += size) events.push(...parse(stream.slice(at, at + size)));
                all.push(JSON.stringify(events));
              }
              return [...new Set(all)];
            }
            """,
            Stream);

        var only = Assert.Single(read.EnumerateArray()).GetString();
        Assert.Equal(
            """[{"retry":1000},{"id":"0","event":"","data":null},{"id":"1","event":"JobAccepted","data":"{\"a\":1}"},{"id":"2","event":"message","data":"first\nsecond"},{"id":"2","event":"message","data":"é€"},{"id":"","event":"message","data":"no id"}]""",
            only);
    }
}
