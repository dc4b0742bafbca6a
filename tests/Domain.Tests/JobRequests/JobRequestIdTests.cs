namespace JobRequests.Domain.Tests;

public sealed class JobRequestIdTests
{
    /// <summary>Computed independently. A changed value would give a retried create a second job after an update.</summary>
    [Theory]
    [InlineData("ann", "k1", "5c2ca5fe-7186-51cd-b61a-6d63914ca47f")]
    [InlineData("zoe", "0f3a-order_7", "e34b6fea-ebda-5abc-b701-2f296357cbed")]
    [InlineData("ab", "c", "aff798af-bd89-50e4-8b37-f2bf1f21d84a")]
    [InlineData("a", "bc", "83dfb84d-982e-5750-89f4-1351c08780dc")]
    [InlineData("", "", "56aad1b0-1b48-5f2f-8d38-fce56e0ad723")]
    [InlineData("Анна", "ключ", "698491cd-0e53-587a-b97c-dd7f5f091544")]
    [InlineData(
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
        "5f5de6b7-0f4f-5a15-acd8-47c959b5e0fd")]
    public void The_id_of_a_caller_and_a_key_never_changes(string caller, string key, string expected) =>
        Assert.Equal(expected, JobRequestId.Derive(caller, key));

    [Fact]
    public void The_border_between_caller_and_key_counts() =>
        Assert.NotEqual(JobRequestId.Derive("ab", "c"), JobRequestId.Derive("a", "bc"));

    [Fact]
    public void Another_caller_with_the_same_key_makes_another_job() =>
        Assert.NotEqual(JobRequestId.Derive("ann", "k1"), JobRequestId.Derive("bob", "k1"));

    [Theory]
    [InlineData("5c2ca5fe-7186-51cd-b61a-6d63914ca47f", true)]
    [InlineData("5C2CA5FE-7186-51CD-B61A-6D63914CA47F", false)]
    [InlineData("{5c2ca5fe-7186-51cd-b61a-6d63914ca47f}", false)]
    [InlineData("5c2ca5fe718651cdb61a6d63914ca47f", false)]
    [InlineData(" 5c2ca5fe-7186-51cd-b61a-6d63914ca47f", false)]
    [InlineData("5c2ca5fe-7186-51cd-b61a-6d63914ca47f ", false)]
    [InlineData("5c2ca5fe-7186-51cd-b61a-6d63914ca47", false)]
    [InlineData("5c2ca5fe-7186-51cd-b61a-6d63914ca47ff", false)]
    [InlineData("5c2ca5fe-7186-51cd-b61a-6d63914ca47g", false)]
    [InlineData("0x2ca5fe-7186-51cd-b61a-6d63914ca47f", false)]
    [InlineData("+c2ca5fe-7186-51cd-b61a-6d63914ca47f", false)]
    [InlineData("../../../../etc/passwd", false)]
    [InlineData("", false)]
    public void An_id_has_one_form(string text, bool expected) => Assert.Equal(expected, JobRequestId.IsWellFormed(text));

    [Theory]
    [InlineData("5c2ca5fe-7186-51cd-b61a-6d63914ca47f", "5c2ca5fe-7186-51cd-b61a-6d63914ca47f")]
    [InlineData("5C2CA5FE-7186-51cd-B61A-6D63914CA47F", "5c2ca5fe-7186-51cd-b61a-6d63914ca47f")]
    [InlineData(" 5c2ca5fe-7186-51cd-b61a-6d63914ca47f", null)]
    [InlineData("0x2ca5fe-7186-51cd-b61a-6d63914ca47f", null)]
    [InlineData("5c2ca5fe718651cdb61a6d63914ca47f", null)]
    [InlineData("no id", null)]
    [InlineData(null, null)]
    public void An_id_is_read_whatever_the_case_of_its_letters(string? text, string? expected) => Assert.Equal(expected, JobRequestId.Read(text));
}
