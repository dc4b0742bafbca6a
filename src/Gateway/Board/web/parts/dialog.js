// The browser's own modal dialog: it keeps the focus inside, closes with Escape and gives the focus back.
import { html, useEffect, useRef } from "../ui.js";

export function Dialog({ title, children, onClose }) {
  const element = useRef();
  useEffect(() => {
    const dialog = element.current;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  const onBackdrop = event => event.target === element.current && onClose();
  return html`<dialog ref=${element} class="dialog" aria-labelledby="dialog-title" onClose=${onClose} onClick=${onBackdrop}>
    <div class="dialog-body">
      <h2 id="dialog-title">${title}</h2>
      ${children}
    </div>
  </dialog>`;
}
