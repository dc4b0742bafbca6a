// Nothing comes or goes under a finger: what would move other things on the page waits until nobody has touched it for a moment.
import { observable, useObservable } from "../observable.js";
import { useEffect, useRef } from "../ui.js";

const TouchRest = 3000; // milliseconds
const MoveRest = 700;

const isCalm = observable(true);
let timer;

for (const type of ["pointerdown", "pointerup"])
  addEventListener(type, () => {
    isCalm.set(false);
    clearTimeout(timer);
    timer = setTimeout(() => isCalm.set(true), TouchRest);
  }, { capture: true, passive: true });

/** The value as it was when the page was calm last. */
export function useCalm(value) {
  const calm = useObservable(isCalm), kept = useRef(value);
  if (calm) kept.current = value;
  return kept.current;
}

/** Marks an element that something above has moved: a tap that was meant for what stood there before is none. */
export function useMoves() {
  const element = useRef(), place = useRef(null), marked = useRef();
  const look = () => {
    if (!element.current) return;
    const top = element.current.getBoundingClientRect().top + scrollY;
    if (place.current !== null && Math.abs(top - place.current) > 4) {
      clearTimeout(marked.current);
      const moved = element.current;
      moved.dataset.moved = "";
      marked.current = setTimeout(() => delete moved.dataset.moved, MoveRest);
    }
    place.current = top;
  };
  useEffect(look);
  useEffect(() => {
    const observer = new ResizeObserver(look);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  return element;
}
