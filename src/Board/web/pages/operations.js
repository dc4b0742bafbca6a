// For operators: how the service is, at a glance and in numbers.
import { readStatus } from "../api.js";
import { ago, duration, number } from "../format.js";
import { DeadLetters } from "../parts/dead-letters.js";
import { Sparkline } from "../parts/sparkline.js";
import { Failed, Loading } from "../parts/states.js";
import { useRead } from "../parts/use-read.js";
import { Verification } from "../parts/verification.js";
import { strings } from "../strings.js";
import { html, useRef, useState } from "../ui.js";

const texts = strings.operations;
const Every = 2000, Remembered = 60;
const NotThere = "–";

export function Operations({ config }) {
  const [error, setError] = useState(null);
  const status = useRead(signal => readStatus({ signal }), [], Every, setError);
  const before = useRef([]);
  if (!status) return error ? html`<${Failed} error=${error} />` : html`<${Loading} rows=${4} />`;
  if (before.current.at(-1)?.at !== status.at) before.current = [...before.current.slice(1 - Remembered), status];
  const curve = pick => before.current.map(pick);
  const { commands, backlog } = status;
  return html`
    <${Verification} now=${Date.parse(status.at)} />
    <div class="figures">
      <${Figure} name=${texts.rate} value=${number(Math.round(10 * commands.perSecond) / 10)} curve=${curve(one => one.commands.perSecond)} />
      <${Figure} name=${texts.median} value=${milliseconds(commands.latencyMs.p50)} curve=${curve(one => one.commands.latencyMs.p50 ?? 0)} />
      <${Figure} name=${texts.p95} value=${milliseconds(commands.latencyMs.p95)} curve=${curve(one => one.commands.latencyMs.p95 ?? 0)} />
      <${Figure} name=${texts.p99} value=${milliseconds(commands.latencyMs.p99)} curve=${curve(one => one.commands.latencyMs.p99 ?? 0)} />
      <${Figure} name=${texts.lag} value=${number(backlog.lag)} curve=${curve(one => one.backlog.lag)} />
      <${Figure} name=${texts.refused} value=${number(sum(commands.refused))} curve=${curve(one => sum(one.commands.refused))} isBad=${sum(commands.refused) > 0} />
    </div>
    <div class="columns">
      <section class="card" aria-labelledby="minute">
        <h2 id="minute">${texts.minute}</h2>
        <${Pairs} of=${[
          ...["SUCCESS", "FAIL", "TIMEOUT", "REFUSED"].filter(outcome => outcome === "SUCCESS" || commands.outcomes[outcome] > 0)
            .map(outcome => [texts.outcomes[outcome], number(commands.outcomes[outcome] ?? 0)]),
          ...Object.entries(commands.refused).map(([reason, count]) => [texts.reasons[reason] ?? reason, number(count)]),
          [texts.inFlight, number(commands.inFlight)],
        ]} />
      </section>
      <section class="card" aria-labelledby="backlog">
        <h2 id="backlog">${texts.backlog}</h2>
        ${backlog.isReachable ? html`<${Partitions} partitions=${backlog.partitions} />` : html`<p class="field-error">${texts.unreachable}</p>`}
      </section>
      <section class="card" aria-labelledby="processes">
        <h2 id="processes">${texts.processes}</h2>
        <ul class="lights">
          ${(status.silos ?? []).filter(silo => silo.status !== "Dead").map(silo => html`<${Light} key=${silo.address} is=${silo.status === "Active" ? "good" : "warn"} name=${silo.name ?? silo.address}
            detail=${`${texts.silo}, ${silo.status.toLowerCase()}`} />`)}
          ${!status.silos && html`<${Light} is="bad" name=${texts.silo} detail=${texts.noSilo} />`}
          ${status.gateways.map(gateway => html`<${Light} key=${gateway.name} is="good" name=${gateway.name}
            detail=${`${texts.gateway}, ${number(gateway.perSecond)} ${texts.perSecond}, ${ago(gateway.lastSeenAt, Date.parse(status.at))}`} />`)}
          ${(status.silos ?? []).some(silo => silo.status === "Dead") && html`<li class="muted">${texts.dead((status.silos ?? []).filter(silo => silo.status === "Dead").length)}</li>`}
        </ul>
      </section>
      <section class="card" aria-labelledby="needs">
        <h2 id="needs">${texts.dependencies}</h2>
        <ul class="lights">${Object.entries(status.dependencies).map(([name, { status: health, description }]) => html`<${Light} key=${name}
          is=${health === "Healthy" ? "good" : health === "Degraded" ? "warn" : "bad"} name=${name} detail=${description ?? health} />`)}</ul>
      </section>
      <${DeadLetters} now=${Date.parse(status.at)} />
    </div>
    <p class="links">
      <a href=${config.links.docs}>${texts.docs}</a>
      ${config.links.dashboard && html`<a href=${config.links.dashboard}>${texts.dashboard}</a>`}
      ${config.links.kafkaUi && html`<a href=${config.links.kafkaUi}>${texts.kafkaUi}</a>`}
    </p>`;
}

const sum = counts => Object.values(counts).reduce((total, count) => total + count, 0);
const milliseconds = value => value === null ? NotThere : duration(value);

const Figure = ({ name, value, curve, isBad }) => html`<div class="figure ${isBad ? "figure-bad" : ""}">
  <p class="figure-name">${name}</p>
  <p class="figure-value">${value}</p>
  <${Sparkline} values=${curve} />
</div>`;

const Pairs = ({ of }) => html`<dl class="pairs">${of.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

const Light = ({ is, name, detail }) => html`<li class="light light-${is}"><span class="light-dot" aria-hidden="true"></span>
  <span class="light-name">${name}</span><span class="light-detail">${detail}</span></li>`;

function Partitions({ partitions }) {
  const behind = partitions.filter(({ lag, isStalled }) => lag > 0 || isStalled), most = Math.max(1, ...behind.map(({ lag }) => lag));
  if (behind.length === 0) return html`<p class="muted">${texts.caughtUp(partitions.length)}</p>`;
  return html`<ul class="partitions">${behind.map(({ partition, lag, predictedWaitMs, isStalled }) => html`<li key=${partition} class=${isStalled ? "partition partition-bad" : "partition"}>
    <span>${partition}</span>
    <span class="partition-track" aria-hidden="true"><span class="partition-bar" style=${{ width: `${(100 * lag) / most}%` }}></span></span>
    <span class="number">${number(lag)}</span>
    <span class="muted">${isStalled ? texts.stalled : predictedWaitMs > 0 ? texts.wait(predictedWaitMs) : ""}</span>
  </li>`)}</ul>`;
}
