// A job as an entry of a calendar: RFC 5545.

const escape = text => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
const utc = iso => new Date(iso).toISOString().replace(/[-:]|\.\d+/g, "");

/** A line has at most 75 bytes; the next one goes on after a blank. No character is cut. */
function fold(line) {
  const lines = [""];
  let length = 0;
  for (const character of line) {
    const bytes = new TextEncoder().encode(character).length;
    if (length + bytes > 75) {
      lines.push(" ");
      length = 1;
    }
    lines[lines.length - 1] += character;
    length += bytes;
  }
  return lines.join("\r\n");
}

/** @param job one that says when it starts. Its instructions stay out: others look into a calendar, too. */
export function calendarOf(job, title, address, now) {
  const { jobRequestId, version, startsAt, endsAt, place, description } = job;
  return [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//JobRequests//Board//EN",
    "BEGIN:VEVENT",
    `UID:${jobRequestId}@${new URL(address).hostname}`,
    `SEQUENCE:${version}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(startsAt)}`,
    endsAt && `DTEND:${utc(endsAt)}`,
    `SUMMARY:${escape(title)}`,
    place?.text && `LOCATION:${escape(place.text)}`,
    place?.latitude !== undefined && `GEO:${place.latitude};${place.longitude}`,
    description && `DESCRIPTION:${escape(description)}`,
    `URL:${address}`,
    "END:VEVENT", "END:VCALENDAR", "",
  ].filter(line => line || line === "").map(fold).join("\r\n");
}
