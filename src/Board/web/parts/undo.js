// What can still be taken back has not been sent. It is sent after a moment, or at once when the page is left, for then nobody is there to take it back.
import { submit } from "../attempts.js";
import { observable } from "../observable.js";
import { session } from "../session.js";

const UndoFor = 5000; // milliseconds

/** name → {send, timer, body, isHeld} */
export const undoable = observable(new Map());

function change(name, entry) {
  const next = new Map(undoable.value);
  if (entry) next.set(name, entry);
  else next.delete(name);
  undoable.set(next);
}

/** Sends it unless it is taken back: {@link undo}. */
export function submitLater(name, job, operation, about) {
  if (undoable.value.has(name)) return;
  change(name, { body: {}, timer: setTimeout(() => sendNow(name), UndoFor), send: body => submit(job, operation, body, about) });
}

/** While somebody writes, the moment does not end; afterwards it begins again. */
export function hold(name, body) {
  const entry = undoable.value.get(name);
  if (!entry) return;
  clearTimeout(entry.timer);
  change(name, { ...entry, body, isHeld: true });
}

export function resume(name) {
  const entry = undoable.value.get(name);
  if (entry) change(name, { ...entry, isHeld: false, timer: setTimeout(() => sendNow(name), UndoFor) });
}

export function undo(name) {
  const entry = undoable.value.get(name);
  if (!entry) return;
  clearTimeout(entry.timer);
  change(name, null);
}

export function sendNow(name) {
  const entry = undoable.value.get(name);
  if (!entry) return;
  undo(name);
  entry.send(entry.body);
}

const sendAll = () => [...undoable.value.keys()].forEach(sendNow);
addEventListener("pagehide", sendAll);
addEventListener("visibilitychange", () => document.visibilityState === "hidden" && sendAll());
session.subscribe(() => [...undoable.value.keys()].forEach(undo));
