// Times, durations and numbers as people read them.
import { locale, units } from "./language.js";

const timeOfDay = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const withMilliseconds = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const whole = new Intl.NumberFormat(locale);
const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

export const preciseTime = iso => withMilliseconds.format(new Date(iso));

export const number = value => whole.format(value);

const plurals = new Intl.PluralRules(locale);

/** The form of a text that goes with this number. */
export const plural = (count, forms) => forms[plurals.select(count)] ?? forms.other;

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

/** The same by the clocks of another place. */
export const spanIn = (zone, from, to) => new Intl.DateTimeFormat(locale, {
  timeZone: zone, day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
}).formatRange(new Date(from), new Date(to ?? from));

/** "2026-03-29", as an input of dates has it. */
export const dayOf = iso => new Date(iso).toLocaleDateString("sv-SE");

/** "just now", "5 min ago", then as {@link time}. */
export function ago(iso, now) {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < 45) return units.justNow;
  if (seconds < 3600) return units.ago(`${Math.max(1, Math.round(seconds / 60))} ${units.min}`);
  if (seconds < 6 * 3600) return units.ago(`${Math.round(seconds / 3600)} ${units.h}`);
  return time(iso);
}

/** What is left until a moment: "2 d 4 h", "1 h 05 min", "12:34", "0:09". */
export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (days > 0) return `${days} ${units.d} ${hours % 24} ${units.h}`;
  if (hours > 0) return `${hours} ${units.h} ${String(minutes % 60).padStart(2, "0")} ${units.min}`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A distance in time, kept on one line: "38 ms", "1.2 s", "3 min 4 s", "2 h 10 min". */
export const duration = milliseconds => distance(milliseconds).replaceAll(" ", "\u00a0");

function distance(milliseconds) {
  if (milliseconds < 1000) return `${oneDigit.format(milliseconds)} ${units.ms}`;
  if (milliseconds < 60_000) return `${oneDigit.format(milliseconds / 1000)} ${units.s}`;
  const seconds = Math.round(milliseconds / 1000);
  const both = (large, largeUnit, small, smallUnit) => `${large} ${largeUnit}${small > 0 ? ` ${small} ${smallUnit}` : ""}`;
  if (seconds < 3600) return both(Math.floor(seconds / 60), units.min, seconds % 60, units.s);
  return both(Math.floor(seconds / 3600), units.h, Math.floor(seconds / 60) % 60, units.min);
}

export const shortId = id => id.slice(0, 8);
