// Addresses live behind the '#': every page of the board is the one document at "/".
import { observable } from "./observable.js";

const parse = () => {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
};

export const route = observable(safely());
addEventListener("hashchange", () => route.set(safely()));

/** The lists as they were left, with their filters: what leads back there. */
const lists = new Map();
const remember = ({ parts }) => parts.length === 1 && lists.set(parts[0], location.hash);
remember(route.value);
route.subscribe(remember);
export const listOf = section => lists.get(section) ?? `#/${section}`;

export function go(address, { replace = false } = {}) {
  if (replace) {
    history.replaceState(null, "", address);
    route.set(safely());
  } else location.hash = address.slice(1);
}

// A '%' that is no escape makes no address of ours.
function safely() {
  try {
    return parse();
  } catch {
    return { parts: [], query: new URLSearchParams() };
  }
}
