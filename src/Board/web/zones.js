// Clock times of places: what "8 o'clock in Berlin" is, on the days on which clocks are changed, too. The browser knows the zones.

export const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const zones = () => Intl.supportedValuesOf?.("timeZone") ?? [];

const formats = new Map();

function formatOf(zone) {
  if (!formats.has(zone)) formats.set(zone, new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  }));
  return formats.get(zone);
}

export function isZone(zone) {
  try {
    return Boolean(zone && formatOf(zone));
  } catch {
    return false;
  }
}

/** "2026-03-29T08:00": what clocks there show at this moment. */
export function localOf(moment, zone) {
  const { year, month, day, hour, minute } = Object.fromEntries(formatOf(zone).formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

const offsetAt = (time, zone) => Date.parse(`${localOf(time, zone)}Z`) - time;
const Day = 24 * 3600_000;

/** The moment at which clocks there show this; the first of two where they are put back; null where they skip it or the time is none. */
export function momentOf(local, zone) {
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return null;
  // Clocks are changed at most once within two days: the offset is that of the day before or that of the day after.
  const found = [wall - Day, wall + Day].map(near => wall - offsetAt(near, zone)).filter(time => localOf(time, zone) === local.slice(0, 16));
  return found.length > 0 ? new Date(Math.min(...found)) : null;
}

/** The same clock time, so many days later. */
export const daysLater = (local, days) => new Date(Date.parse(`${local}Z`) + days * Day).toISOString().slice(0, 16);
