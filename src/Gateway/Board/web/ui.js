// One place for the view library, so that everything else imports it by a short name.
import { h, render } from "./vendor/preact-11.2.0/preact.js";
import htm from "./vendor/htm-3.1.1/htm.js";

export const html = htm.bind(h);
export { render };
export { useEffect, useRef, useState } from "./vendor/preact-11.2.0/hooks.js";
