// The server's clock as far as its answers tell it: a countdown must not depend on how a phone's clock is set.
import { useEffect, useState } from "./ui.js";

let offset = null;

export function learn(dateHeader, sentAt, receivedAt) {
  const server = Date.parse(dateHeader ?? "");
  if (Number.isNaN(server) || receivedAt - sentAt > 5000) return;
  // The header has whole seconds: the middle of its second, seen in the middle of the exchange.
  const measured = server + 500 - (sentAt + receivedAt) / 2;
  // A clock that is right within what can be measured is left alone.
  const next = Math.abs(measured) < 1500 ? 0 : measured;
  if (offset === null || Math.abs(next - offset) > 1000) offset = next;
}

export const now = () => Date.now() + (offset ?? 0);

const listeners = new Set();
let timer = null;

// One tick for all: what counts down and what ends with it are drawn together.
function tick() {
  const time = now();
  for (const listener of listeners) listener(time);
  timer = listeners.size > 0 ? setTimeout(tick, untilNextSecond()) : null;
}

const untilNextSecond = () => 1000 - (now() % 1000) + 5;

/** Draws again each second, on the second, while something is counted down. */
export function useNow(active = true) {
  const [time, setTime] = useState(now());
  useEffect(() => {
    if (!active) return undefined;
    setTime(now());
    listeners.add(setTime);
    timer ??= setTimeout(tick, untilNextSecond());
    return () => listeners.delete(setTime);
  }, [active]);
  return time;
}
