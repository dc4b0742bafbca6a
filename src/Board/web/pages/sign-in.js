// Act as: A name where the gateway trusts names, otherwise a token.
import { ended, lastPerson, signIn, signInAs } from "../session.js";
import { strings } from "../strings.js";
import { html, useEffect, useRef, useState } from "../ui.js";

const texts = strings.signIn;
const Examples = ["zoe", "ann", "bob", "cem", "admin"];
const Person = /^[A-Za-z0-9_.@-]{1,64}$/;

export function SignIn({ config }) {
  const [withToken, setWithToken] = useState(!config.identity.development);
  const [value, setValue] = useState(withToken ? "" : lastPerson());
  const [error, setError] = useState(ended.value && texts.errors[ended.value]);
  const input = useRef();
  useEffect(() => input.current?.focus(), [withToken]);

  const submit = event => {
    event.preventDefault();
    if (withToken) {
      const code = signIn(value, config);
      if (code) setError(texts.errors[code]);
    } else if (Person.test(value.trim())) signInAs(value.trim(), config);
    else setError(texts.nameWrong);
  };
  const swap = () => {
    setWithToken(!withToken);
    setValue("");
    setError(null);
  };
  return html`<main class="sign-in" id="main">
    <div class="sign-in-card">
      <svg class="mark" viewBox="0 0 48 48" width="56" height="56" aria-hidden="true"><path d="M10 14h14M10 24h8M10 34h14" opacity=".5"/><path d="M24 27l6 6 10-15"/></svg>
      <h1>${strings.product}</h1>
      <p class="lead">${texts.lead}</p>
      <form onSubmit=${submit} novalidate>
        <div class="field">
          <label for="identity">${withToken ? texts.token : texts.name}</label>
          <input ref=${input} id="identity" type=${withToken ? "password" : "text"} value=${value} autocomplete=${withToken ? "off" : "username"} autocapitalize="none" spellcheck="false"
            aria-describedby="identity-hint" aria-invalid=${Boolean(error)} onInput=${event => setValue(event.target.value)} />
          <p class="hint" id="identity-hint">${withToken ? texts.tokenHint : texts.nameHint}</p>
          <p class="field-error" role="alert">${error}</p>
        </div>
        <button class="button button-primary button-big">${texts.submit}</button>
      </form>
      ${config.identity.development && !withToken && html`<div class="pick" role="group" aria-label=${texts.pick}>
        <span class="muted">${texts.pick}:</span>
        ${Examples.map(person => html`<button key=${person} class="chip" onClick=${() => signInAs(person, config)}>${person}</button>`)}
      </div>`}
      ${config.identity.development && html`<button class="link" onClick=${swap}>${withToken ? texts.useName : texts.useToken}</button>`}
    </div>
  </main>`;
}
