// What the winner does with the job: start, tick off the tasks, finish, or give it back.
import { attempts, nameOf, submit } from "../attempts.js";
import { useObservable } from "../observable.js";
import { strings } from "../strings.js";
import { html, useState } from "../ui.js";
import { Attempt } from "./attempt.js";
import { Dialog } from "./dialog.js";

const isUnderWay = attempt => attempt && attempt.state !== "done";

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
      return html`<li key=${task.id} class=${task.done ? "task task-done" : "task"}>
        <label>
          <input type="checkbox" checked=${task.done || isUnderWay(attempt)} disabled=${!canTick || task.done || isUnderWay(attempt)}
            aria-label=${canTick && !task.done ? strings.steps.finishTask(task.name) : task.name}
            onChange=${() => submit(job.jobRequestId, "finish-task", { task: task.id }, job.epoch)} />
          <span>${task.name}</span>
        </label>
        ${canTick && html`<${Attempt} name=${name} attempt=${attempt} />`}
      </li>`;
    })}
  </ul>`;
}

export function WinnerSteps({ job }) {
  const all = useObservable(attempts);
  const [asksToWithdraw, setAsksToWithdraw] = useState(false);
  const id = job.jobRequestId, open = job.tasks.filter(task => !task.done).length;
  const steps = job.status === "Accepted" ? ["start", "withdraw"] : job.status === "Started" ? ["finish"] : [];
  const act = operation => submit(id, operation, {}, job.epoch);
  return html`<div class="actions">
    ${steps.map(step => {
      const attempt = all.get(nameOf(id, step));
      return html`<button key=${step} class="button ${step === "withdraw" ? "button-quiet" : "button-primary"}"
        disabled=${isUnderWay(attempt) || (step === "finish" && open > 0)}
        onClick=${() => step === "withdraw" ? setAsksToWithdraw(true) : act(step)}>${strings.steps[step]}</button>`;
    })}
    ${steps.map(step => html`<${Attempt} key=${"attempt-" + step} name=${nameOf(id, step)} attempt=${all.get(nameOf(id, step))} />`)}
    ${asksToWithdraw && html`<${Dialog} title=${strings.steps.withdrawTitle} onClose=${() => setAsksToWithdraw(false)}>
      <p>${strings.steps.withdrawText}</p>
      <div class="dialog-actions">
        <button class="button button-quiet" onClick=${() => setAsksToWithdraw(false)}>${strings.cancel}</button>
        <button class="button button-danger" onClick=${() => { setAsksToWithdraw(false); act("withdraw"); }}>${strings.steps.withdraw}</button>
      </div>
    <//>`}
  </div>`;
}
