using JobRequests.Gateway.Requests;

namespace JobRequests.Gateway.Tests.Requests;

public sealed class PreferencesTests
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("wait=10", 10, true, false, "wait=10")]
    [InlineData("WAIT=10", 10, true, false, "wait=10")]
    [InlineData("wait=\"10\"", 10, true, false, "wait=10")]
    [InlineData("wait = 10 ; x=y", 10, true, false, "wait=10")]
    [InlineData("wait=1, wait=x", 1, true, false, "wait=1")]
    [InlineData("wait=x, wait=1", 1, true, false, "wait=1")]
    [InlineData("foo=\"a, wait=9\", wait=2", 2, true, false, "wait=2")]
    [InlineData("foo=\"a\\\", wait=9; b\"; x, wait=2", 2, true, false, "wait=2")]
    [InlineData("foo=\"never closed, wait=9", 5, false, false, null)]
    [InlineData("wait=0", 0, true, false, "wait=0")]
    [InlineData("wait=31", 30, true, false, "wait=30")]
    [InlineData("wait=99999999999999999999", 30, true, false, "wait=30")]
    [InlineData("wait=1, wait=2", 1, true, false, "wait=1")]
    [InlineData("respond-async", 0, true, false, "respond-async")]
    [InlineData("respond-async, wait=3, handling=strict", 3, true, true, "wait=3, respond-async, handling=strict")]
    [InlineData("handling=strict", 5, false, true, "handling=strict")]
    [InlineData("handling=lenient", 5, false, false, null)]
    [InlineData("return=minimal, , foo", 5, false, false, null)]
    public void A_preference_is_read_and_said_back(string header, int seconds, bool asynchronous, bool strict, string? applied)
    {
        Assert.Equal(new Preferences(TimeSpan.FromSeconds(seconds), asynchronous, strict, applied), Preferences.Parse(header, Default, Most));
    }

    [Fact]
    public void Several_headers_count_like_one()
    {
        Assert.Equal(new Preferences(TimeSpan.FromSeconds(2), true, true, "wait=2, handling=strict"),
            Preferences.Parse(new[] { "handling=strict", "wait=2" }, Default, Most));
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("wait=")]
    [InlineData("wait=-1")]
    [InlineData("wait=+1")]
    [InlineData("wait=1.5")]
    [InlineData("wait=1s")]
    [InlineData("wait=soon, handling=unknown")]
    public void A_preference_that_is_not_understood_is_ignored(string header) =>
        Assert.Equal(new Preferences(Default, false, false, null), Preferences.Parse(header, Default, Most));
}
