// What the winner does with the job: start, tick off the tasks, finish, or give it back.
import { attempts, isUnderWay, nameOf, submit } from "../attempts.js";
import { calendarOf } from "../calendar.js";
import { now } from "../clock.js";
import { download } from "../download.js";
import { observable, useObservable } from "../observable.js";
import { strings } from "../strings.js";
import { time } from "../format.js";
import { html, leaveFocus, useEffect, useState } from "../ui.js";
import { Attempt } from "./attempt.js";
import { useCalm } from "./calm.js";
import { Dialog } from "./dialog.js";
import { titleOf } from "./status.js";

export function Tasks({ job, isWinner }) {
  const all = useObservable(attempts);
  if (job.tasks.length === 0) return null;
  if (!isWinner) return html`<ul class="tasks" aria-label=${strings.tasksTitle}>
    ${job.tasks.map(task => html`<li key=${task.id} class=${task.done ? "todo todo-done" : "todo"}>${task.name}${task.done && html`<span class="visually-hidden">: ${strings.taskDone}</span>`}</li>`)}
  </ul>`;
  const canTick = job.status === "Started";
  return html`<ul class="tasks" aria-label=${strings.tasksTitle}>
    ${job.tasks.map(task => {
      const name = nameOf(job.jobRequestId, "finish-task", task.id), attempt = all.get(name);
      return html`<li key=${task.id} tabIndex="-1" class=${task.done ? "task task-done" : "task"}>
        <label>
          <input type="checkbox" checked=${task.done || isUnderWay(attempt)} disabled=${!canTick || task.done || isUnderWay(attempt)}
            aria-label=${canTick && !task.done ? strings.steps.finishTask(task.name) : task.name}
            onChange=${event => { leaveFocus(event); submit(job.jobRequestId, "finish-task", { task: task.id }, { epoch: job.epoch, subject: titleOf(job) }); }} />
          <span>${task.name}</span>
        </label>
        ${canTick && html`<${Attempt} name=${name} attempt=${attempt} />`}
      </li>`;
    })}
  </ul>`;
}

const keep = job => download("job.ics", "text/calendar", calendarOf(job, titleOf(job), `${location.origin}/#/jobs/${job.jobRequestId}`, now()));

const isVisible = observable(document.visibilityState === "visible");
document.addEventListener("visibilitychange", () => isVisible.set(document.visibilityState === "visible"));

const Steps = ["confirm", "start", "withdraw", "finish"];

export function WinnerSteps({ job }) {
  const all = useObservable(attempts);
  const [asksToWithdraw, setAsksToWithdraw] = useState(false);
  const id = job.jobRequestId, open = job.tasks.filter(task => !task.done).length;
  const steps = job.status === "Accepted" ? [job.confirmBy ? "confirm" : "start", "withdraw"] : job.status === "Started" ? ["finish"] : [];
  // Where one step was tapped the next one appears, and a second tap would take it.
  const settled = useCalm(steps);
  const act = operation => submit(id, operation, {}, { epoch: job.epoch, subject: titleOf(job) });
  const accepted = all.get(nameOf(id, "accept")), isSeen = useObservable(isVisible) && accepted?.outcome === "won" && accepted.epoch === job.epoch;
  useEffect(() => {
    // Whoever has just accepted has read that the job is theirs. Whoever was promoted or assigned says so.
    if (job.confirmBy && isSeen) act("confirm");
  }, [job.confirmBy, isSeen]);
  return html`<div class="actions" tabIndex="-1">
    ${job.confirmBy && html`<p class="confirm-by">${strings.steps.confirmBy(time(job.confirmBy))}</p>`}
    ${steps.filter(step => settled.includes(step)).map(step => {
      const attempt = all.get(nameOf(id, step));
      return html`<button key=${step} class="button ${step === "withdraw" ? "button-quiet" : "button-primary"}"
        disabled=${isUnderWay(attempt) || (step === "finish" && open > 0)} aria-describedby=${step === "finish" && open > 0 ? `left-${id}` : null}
        onClick=${event => { if (step === "withdraw") setAsksToWithdraw(true); else { leaveFocus(event); act(step); } }}>${strings.steps[step]}</button>`;
    })}
    ${job.startsAt && steps.length > 0 && html`<button class="button button-quiet" onClick=${() => keep(job)}>${strings.steps.calendar}</button>`}
    ${settled.includes("finish") && steps.includes("finish") && open > 0 && html`<p class="tasks-left" id="left-${id}">${strings.steps.tasksLeft(open)}</p>`}
    ${Steps.map(step => nameOf(id, step)).filter(name => all.get(name)?.epoch === job.epoch)
      .map(name => html`<${Attempt} key=${name} name=${name} attempt=${all.get(name)} />`)}
    ${asksToWithdraw && html`<${Dialog} title=${strings.steps.withdrawTitle} onClose=${() => setAsksToWithdraw(false)}>
      <p>${strings.steps.withdrawText}</p>
      <div class="dialog-actions">
        <button class="button button-quiet" onClick=${() => setAsksToWithdraw(false)}>${strings.cancel}</button>
        <button class="button button-danger" onClick=${() => { setAsksToWithdraw(false); act("withdraw"); }}>${strings.steps.withdraw}</button>
      </div>
    <//>`}
  </div>`;
}
