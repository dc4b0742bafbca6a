// Times, durations and numbers as people read them.
const locale = "en-GB";
const timeOfDay = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const withMilliseconds = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const whole = new Intl.NumberFormat(locale);
const places = new Intl.PluralRules("en", { type: "ordinal" });
const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

export const preciseTime = iso => withMilliseconds.format(new Date(iso));

export const number = value => whole.format(value);

/** "1st", "2nd", "3rd", "11th". */
export const ordinal = value => `${number(value)}${{ one: "st", two: "nd", few: "rd", other: "th" }[places.select(value)]}`;

/** "14:05" today, "3 Mar, 14:05" this year, "3 Mar 2025, 14:05" before. */
export function time(iso) {
  const then = new Date(iso), today = new Date();
  if (then.toDateString() === today.toDateString()) return timeOfDay.format(then);
  return `${(then.getFullYear() === today.getFullYear() ? day : dayAndYear).format(then)}, ${timeOfDay.format(then)}`;
}

/** "3 Mar, 14:05 – 15:00", "3 Mar, 14:05 – 4 Mar, 01:00": as {@link time}, with the day always said, for it need not be today. */
export function span(from, to) {
  const begin = new Date(from), end = to && new Date(to);
  const whole = at => `${(at.getFullYear() === new Date().getFullYear() ? day : dayAndYear).format(at)}, ${timeOfDay.format(at)}`;
  if (!end) return whole(begin);
  return `${whole(begin)} – ${begin.toDateString() === end.toDateString() ? timeOfDay.format(end) : whole(end)}`;
}

/** "just now", "5 min ago", then as {@link time}. */
export function ago(iso, now) {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < 45) return "just now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 6 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return time(iso);
}

/** What is left until a moment: "2 d 4 h", "1 h 05 min", "12:34", "0:09". */
export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A distance in time, kept on one line: "38 ms", "1.2 s", "3 min 4 s", "2 h 10 min". */
export const duration = milliseconds => distance(milliseconds).replaceAll(" ", "\u00a0");

function distance(milliseconds) {
  if (milliseconds < 1000) return `${oneDigit.format(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${oneDigit.format(milliseconds / 1000)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
}

export const shortId = id => id.slice(0, 8);
