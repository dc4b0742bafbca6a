using System.Text.Encodings.Web;

namespace JobRequests.Records;

/// <summary>
/// Escapes in JSON only what JSON requires. Records are read by programs and are never part of a page; escapes would make some alphabets
/// several times as long, and a record that does not fit of a body that does.
/// </summary>
internal sealed class PlainTextEncoder : JavaScriptEncoder
{
    public static readonly PlainTextEncoder Instance = new();

    public override int MaxOutputCharactersPerInputCharacter => UnsafeRelaxedJsonEscaping.MaxOutputCharactersPerInputCharacter;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < ' ' or '"' or '\\';

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var i = 0; i < textLength; i++)
        {
            if (WillEncode(text[i])) return i;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == textLength || !char.IsSurrogatePair(text[i], text[i + 1])) return i;
            i++;
        }

        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        UnsafeRelaxedJsonEscaping.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
}
