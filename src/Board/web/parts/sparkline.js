// A small curve of the last values, without axes: the number beside it says how much it is now.
import { html } from "../ui.js";

const Width = 120, Height = 32, Inset = 2;

export function Sparkline({ values }) {
  if (values.length < 2) return html`<svg class="sparkline" viewBox="0 0 ${Width} ${Height}" aria-hidden="true"></svg>`;
  const most = Math.max(...values), isFlat = Math.min(...values) === most;
  const points = values.map((value, index) => [
    Inset + (index * (Width - 2 * Inset)) / (values.length - 1),
    // What does not change is drawn as a ground line, however much it is.
    Height - Inset - (isFlat ? 0 : value / most) * (Height - 2 * Inset),
  ].map(coordinate => coordinate.toFixed(1)).join(","));
  return html`<svg class="sparkline" viewBox="0 0 ${Width} ${Height}" preserveAspectRatio="none" aria-hidden="true"><polyline points=${points.join(" ")} /></svg>`;
}
