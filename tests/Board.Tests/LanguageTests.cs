using System.Text.Json;
using JobRequests.Domain;
using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>Every text, in every language.</summary>
public sealed class LanguageTests(BoardFixture board)
{
    [Fact]
    public async Task Every_event_operation_and_rejection_has_a_text()
    {
        await using var visitor = await board.VisitAsync(null);
        var texts = await visitor.Page.EvaluateAsync<JsonElement>("""
            async () => {
              const { strings } = await import('/board/test/strings.js');
              const { answer, attempt, job, unlisted } = strings;
              return { events: Object.keys(job.events), operations: Object.keys(unlisted), codes: Object.keys(attempt.codes), answers: Object.keys(answer) };
            }
            """);

        var events = typeof(JobRequestEvent).GetNestedTypes().Where(typeof(JobRequestEvent).IsAssignableFrom).Select(type => type.Name);
        Assert.Empty(events.Except(Texts("events")));
        Assert.Empty(Operations.All.Except(Texts("operations")));
        Assert.Empty(Rejections.All.Select(rejection => rejection.Code).Except(Texts("codes")));
        Assert.Empty(Enum.GetNames<CandidateAnswer>().Except(Texts("answers")));

        IEnumerable<string> Texts(string name) => texts.GetProperty(name).EnumerateArray().Select(text => text.GetString()!);
    }

    [Fact]
    public async Task Every_language_has_the_same_texts_and_parameters()
    {
        const string Austrian = "Object.defineProperty(navigator, 'languages', { value: ['nl-BE', 'de-AT', 'en'] });";
        await using var visitor = await board.VisitAsync(null, script: Austrian);
        await Assertions.Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Anmelden", Exact = true })).ToBeVisibleAsync();

        var different = await visitor.Page.EvaluateAsync<string[]>("""
            async () => {
              const { languages } = await import('/board/test/language.js');
              const read = async language => {
                const { textsOf, units } = await import(`/board/test/languages/${language}.js`), found = new Map();
                const categories = [...new Set(Array.from({ length: 1000 }, (_, count) => new Intl.PluralRules(language).select(count)))];
                const show = value => `<${value}>`;
                const plural = (count, forms) => categories.every(one => forms[one] ?? forms.other) && forms.other !== undefined ? forms.other : 'a form is missing';
                const walk = (texts, path) => {
                  for (const [key, text] of Object.entries(texts)) {
                    const given = typeof text === 'function' ? Array.from({ length: text.length }, (_, index) => 7001 + index) : [];
                    if (typeof text === 'object') walk(text, `${path}.${key}`);
                    else {
                      const said = typeof text === 'function' ? text(...given) : text;
                      found.set(`${path}.${key}`, `${given.map(one => said.includes(one)).join()}${said.includes('a form is missing') ? ' without a form' : ''}`);
                    }
                  }
                };
                walk(textsOf({ countdown: show, duration: show, number: show, plural }), 'texts');
                walk(units, 'units');
                return found;
              };
              const english = await read('en'), wrong = [];
              for (const language of languages) {
                const texts = await read(language);
                for (const key of new Set([...english.keys(), ...texts.keys()]))
                  if (english.get(key) !== texts.get(key)) wrong.push(`${language}: ${key} is '${texts.get(key)}', in English '${english.get(key)}'`);
              }
              return wrong;
            }
            """);
        Assert.Empty(different);
    }
}
