// A value with listeners, and the hook that draws a component again when it changes.
import { useEffect, useState } from "./ui.js";

export function observable(initial) {
  let value = initial;
  const listeners = new Set();
  return {
    get value() { return value; },
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener(value);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useObservable(source) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const draw = () => redraw(count => count + 1);
    draw(); // It may have changed between the first drawing and now.
    return source.subscribe(draw);
  }, [source]);
  return source.value;
}

/** A number that goes up when the value has changed, but not more often than once in that many milliseconds. */
export function useChanges(source, milliseconds) {
  const [count, setCount] = useState(0);
  useEffect(() => {
    let timer = null;
    const stop = source.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = null;
        setCount(before => before + 1);
      }, milliseconds);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [source, milliseconds]);
  return count;
}
