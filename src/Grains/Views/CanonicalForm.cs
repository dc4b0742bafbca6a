using System.Globalization;
using System.Text;

namespace JobRequests.Grains;

/// <summary>
/// Unicode's form NFC: a letter with its accents is one character, however it was typed. <see cref="string.Normalize()"/> does nothing here: the
/// service runs without the system's tables of languages (InvariantGlobalization), which its images do not have. The table is made by
/// <c>eng/canonical-forms</c>.
/// </summary>
internal static class CanonicalForm
{
    // Korean syllables are put together by arithmetic: Unicode 3.12.
    private const int Syllables = 0xAC00, Leading = 0x1100, Vowels = 0x1161, Trailing = 0x11A7, LeadingCount = 19, VowelCount = 21, TrailingCount = 28;

    private static readonly Dictionary<int, int[]> Parts = [];
    private static readonly Dictionary<(int First, int Second), int> Wholes = [];
    private static readonly Dictionary<int, int> Classes = [];

    static CanonicalForm()
    {
        using var resource = typeof(CanonicalForm).Assembly.GetManifestResourceStream("JobRequests.Grains.Views.canonical-forms.txt");
        using var reader = new StreamReader(resource ?? throw new InvalidOperationException("canonical-forms.txt is missing."));
        var composes = true;
        foreach (var word in reader.ReadToEnd().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word != "pairs"))
        {
            if (word == "others") composes = false;
            if (word.Split('=') is [var whole, var parts])
            {
                var codes = Array.ConvertAll(parts.Split('+'), Code);
                Parts.Add(Code(whole), codes);
                if (composes) Wholes.Add((codes[0], codes[1]), Code(whole));
            }
            else if (word.Split(':', '-') is [var combining, var first, var last])
            {
                for (var code = Code(first); code <= Code(last); code++) Classes.Add(code, int.Parse(combining, CultureInfo.InvariantCulture));
            }
        }

        static int Code(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    public static string Of(string text)
    {
        // No mark that joins the character before it is below U+0300.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF')) return text;
        var codes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes()) Decompose(rune.Value, codes);
        var count = Compose(codes);
        var composed = new StringBuilder(text.Length);
        foreach (var code in codes.Take(count)) composed.Append(new Rune(code).ToString());
        return composed.ToString();
    }

    private static void Decompose(int code, List<int> into)
    {
        if (Parts.TryGetValue(code, out var parts))
        {
            foreach (var part in parts) Decompose(part, into);
            return;
        }

        // Marks that do not touch each other have an order of their own, whichever was typed first.
        var at = into.Count;
        if (ClassOf(code) is > 0 and var combining)
            while (at > 0 && ClassOf(into[at - 1]) > combining) at--;
        into.Insert(at, code);
    }

    /// <returns>How many characters are left, from the beginning.</returns>
    private static int Compose(List<int> codes)
    {
        var (count, starter, last) = (0, -1, 0);
        foreach (var code in codes.ToArray())
        {
            var combining = ClassOf(code);
            if (starter >= 0 && (count - 1 == starter || last < combining) && Whole(codes[starter], code) is { } whole)
            {
                codes[starter] = whole;
                continue;
            }

            if (combining == 0) starter = count;
            last = combining;
            codes[count++] = code;
        }

        return count;
    }

    private static int? Whole(int first, int second)
    {
        if (first - Leading is >= 0 and < LeadingCount and var leading && second - Vowels is >= 0 and < VowelCount and var vowel)
            return Syllables + (((leading * VowelCount) + vowel) * TrailingCount);
        if (first - Syllables is >= 0 and < LeadingCount * VowelCount * TrailingCount and var syllable
            && syllable % TrailingCount == 0
            && second - Trailing is > 0 and < TrailingCount and var trailing)
            return first + trailing;
        return Wholes.TryGetValue((first, second), out var whole) ? whole : null;
    }

    private static int ClassOf(int code) => Classes.GetValueOrDefault(code);
}
