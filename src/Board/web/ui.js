// One place for the view library, so that everything else imports it by a short name.
import { h, render } from "./vendor/preact-11.2.0/preact.js";
import htm from "./vendor/htm-3.1.1/htm.js";

export const html = htm.bind(h);
export { render };
export { useEffect, useLayoutEffect, useRef, useState } from "./vendor/preact-11.2.0/hooks.js";

/** What was tapped is about to go, and the focus with it: it moves to the card around it. */
export const leaveFocus = ({ currentTarget }) => currentTarget.closest('[tabindex="-1"]')?.focus({ preventScroll: true });
