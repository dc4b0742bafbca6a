using System.Runtime.CompilerServices;
using ValidateOptionsResult = Microsoft.Extensions.Options.ValidateOptionsResult;

namespace JobRequests;

// Collects what is wrong with options: the full setting, the rule and the value that breaks it. [OptionsValidator] would name the property of a
// type, without section and value, and knows no limit that is another setting. Without a section the option alone is named.
// No XML documentation: the generator of the OpenAPI document takes each documented name from one assembly only.
internal sealed class SettingRules(string? section)
{
    private readonly List<string> _mistakes = [];

    public ValidateOptionsResult Result => _mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_mistakes);

    public void Between<T>(T value, T least, T most, [CallerArgumentExpression(nameof(value))] string option = "")
        where T : IComparable<T> =>
        Require(
            value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0,
            NameOf(option), FormattableString.Invariant($"must be between {least} and {most}, but is {value}."));

    public void AtLeast<T>(T value, T least, [CallerArgumentExpression(nameof(value))] string option = "")
        where T : IComparable<T> =>
        Require(value.CompareTo(least) >= 0, NameOf(option), FormattableString.Invariant($"must be at least {least}, but is {value}."));

    public void Positive(TimeSpan value, [CallerArgumentExpression(nameof(value))] string option = "") =>
        Require(value > TimeSpan.Zero, NameOf(option), $"must be positive, but is {value}.");

    public void Require(bool isRight, string option, string mistake)
    {
        if (!isRight) Add(option, mistake);
    }

    public void Add(string option, string mistake) => _mistakes.Add(section is null ? $"{option} {mistake}" : $"{section}:{option} {mistake}");

    // "options.MaxWait"
    private static string NameOf(string expression) => expression[(expression.LastIndexOf('.') + 1)..];
}
