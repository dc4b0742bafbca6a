using System.Text;
using CsCheck;

namespace JobRequests.Grains.Tests;

public sealed class CanonicalFormTests
{
    // Letters, marks of several orders, jamo, and characters that stand for others.
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Int['a', 'z'], Gen.Int[0x300, 0x36F], Gen.Int[0x1100, 0x11FF], Gen.Int[0xAC00, 0xAC20], Gen.Int[0x1EA0, 0x1EFF], Gen.Int[0x20D0, 0x212B])
        .List[0, 8].Select(codes => string.Concat(codes.Select(code => new Rune(code).ToString())));

    [Theory]
    [InlineData("cafe", "cafe")]
    [InlineData("Cafe\u0301", "Caf\u00E9")]
    [InlineData("e\u0302\u0323", "\u1EC7")]
    [InlineData("e\u0323\u0302", "\u1EC7")]
    [InlineData("\u00EA\u0323", "\u1EC7")]
    [InlineData("\u0438\u0306", "\u0439")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\uD558\u11AB", "\uD55C")]
    [InlineData("\u304B\u3099", "\u304C")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\uF900", "\u8C48")]
    [InlineData("\U0002F800", "\u4E3D")]
    [InlineData("\U00011099\U000110BA", "\U0001109A")]
    [InlineData("x\u030C", "x\u030C")]
    [InlineData("a\u0338\u0301", "\u00E1\u0338")]
    public void A_letter_and_its_marks_are_one_character(string text, string expected) => Assert.Equal(expected, CanonicalForm.Of(text));

    [Fact]
    public void A_text_in_its_form_stays_as_it_is() => Texts.Sample(text => Assert.Equal(CanonicalForm.Of(text), CanonicalForm.Of(CanonicalForm.Of(text))));
}
