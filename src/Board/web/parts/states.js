// What a page shows while there is nothing, not yet, or not any more.
import { strings } from "../strings.js";
import { html } from "../ui.js";

export const Loading = ({ rows = 3 }) => html`<div class="skeleton" role="status" aria-label=${strings.loading}>
  ${Array.from({ length: rows }, (_, row) => html`<div class="skeleton-row" key=${row}></div>`)}
</div>`;

export const Empty = ({ title, action, children }) => html`<div class="empty">
  <svg viewBox="0 0 48 48" width="48" height="48" aria-hidden="true"><path d="M10 14h18M10 24h12M10 34h18" opacity=".45"/><path d="M30 25l5 5 8-12"/></svg>
  <h2>${title}</h2>
  <p>${children}</p>
  ${action}
</div>`;

export const Failed = ({ error, onRetry }) => html`<div class="notice notice-bad" role="alert">
  <p><strong>${error.status ? error.message : strings.signIn.noConfig}</strong></p>
  ${onRetry && html`<button class="button" onClick=${onRetry}>${strings.retry}</button>`}
</div>`;
