// A file made on this page, given to the person.
export function download(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // The browser reads it after this moment.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** What a spreadsheet opens. A cell that looks like a formula is a text: it came from somebody else. */
export function csvOf(rows) {
  const cell = value => `"${String(value ?? "").replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
  return `\ufeff${rows.map(row => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
