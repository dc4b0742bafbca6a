// Server-sent events out of a fetch: EventSource cannot send a token.

/**
 * Takes a text as it comes and gives what each complete event holds: {id, event, data}. Data is null where only the place has moved, and
 * {retry} says how many milliseconds to wait before coming back.
 */
export function createParser() {
  let rest = "", id = "", told = "", event = "", data = [];
  return function* parse(chunk) {
    rest += chunk;
    // A '\r' at the very end may be the first half of a line end.
    for (let end; (end = /\r\n|\n|\r(?=[\s\S])/.exec(rest));) {
      const line = rest.slice(0, end.index);
      rest = rest.slice(end.index + end[0].length);
      if (line === "") {
        if (data.length > 0) yield { id, event: event || "message", data: data.join("\n") };
        else if (id !== told) yield { id, event: "", data: null };
        told = id;
        event = "";
        data = [];
        continue;
      }
      const colon = line.indexOf(":");
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "data") data.push(value);
      else if (field === "event") event = value;
      else if (field === "id" && !value.includes("\0")) id = value;
      else if (field === "retry" && /^\d+$/.test(value)) yield { retry: Number(value) };
    }
  };
}

/** Reads one connection until it ends. `onBytes` hears of heartbeats, too. */
export async function read(response, onEvent, onBytes) {
  const parse = createParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    for (const event of parse(value)) onEvent(event);
  }
}
