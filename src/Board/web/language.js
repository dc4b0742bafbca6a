// The first of the person's languages that the board has.
export const languages = ["en", "de", "es", "pl", "tr", "uk"];

export const language = navigator.languages.map(tag => tag.split("-")[0]).find(one => languages.includes(one)) ?? "en";
export const { textsOf, units } = await import(`./languages/${language}.js`);

/** For dates and numbers. */
export const locale = language === "en" ? "en-GB" : language;

document.documentElement.lang = language;
