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

/** Draws again each second, on the second, while something is counted down. */
export function useNow(active = true) {
  const [time, setTime] = useState(now());
  useEffect(() => {
    if (!active) return undefined;
    let timer;
    const tick = () => {
      setTime(now());
      timer = setTimeout(tick, 1000 - (now() % 1000) + 5);
    };
    tick();
    return () => clearTimeout(timer);
  }, [active]);
  return time;
}
