// Something read from the gateway, tried again until it is there; what was read stays until the next is.
import { isFinal, NoAnswer, Refused } from "../api.js";
import { useEffect, useState } from "../ui.js";

const Pause = 2000;

/**
 * @param every milliseconds after which it is read again, while the page is seen; once where it is left out
 * @param onRefused told of what will not become better by asking again
 */
export function useRead(read, inputs, every, onRefused) {
  const [value, setValue] = useState(null);
  useEffect(() => {
    const leaving = new AbortController();
    let timer;
    const once = async () => {
      let next = every;
      if (!every || document.visibilityState === "visible") {
        try {
          const found = await read(leaving.signal);
          if (!leaving.signal.aborted) setValue(found);
        } catch (error) {
          if (leaving.signal.aborted) return;
          if (!(error instanceof NoAnswer) && !(error instanceof Refused)) throw error;
          if (isFinal(error)) onRefused?.(error);
          next = isFinal(error) ? every : Pause;
        }
      }
      if (next && !leaving.signal.aborted) timer = setTimeout(once, next);
    };
    once();
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, inputs);
  return value;
}
