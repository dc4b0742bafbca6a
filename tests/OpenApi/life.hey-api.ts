// A job's life, played by the client of @hey-api/openapi-ts.
import { client } from "./generated/hey-api/client.gen";
import { acceptJob, createJob, finishJob, finishTask, readJob, readRequestState, startJob } from "./generated/hey-api/sdk.gen";
import type { CommandAnswer } from "./generated/hey-api/types.gen";
import { equal, server } from "./expect";

client.setConfig({ baseUrl: server });

const as = (person: string) => ({ Authorization: `Bearer dev-${person}`, "Idempotency-Key": crypto.randomUUID() });

function version(answer: CommandAnswer | undefined): number {
  switch (answer?.outcome) {
    case "SUCCESS": return answer.version;
    case "DRY_RUN": return answer.would.version;
    case "TIMEOUT": throw new Error(`No decision yet; ask at ${answer.instance}.`);
    case undefined: throw new Error("There is no answer.");
  }
}

const offer = await createJob({
  headers: as("zoe"),
  body: { candidates: ["ann", "bob"], tasks: [{ id: "t1", name: "windows" }], expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
});
if (offer.data?.outcome !== "SUCCESS") throw new Error(JSON.stringify(offer.error));
const path = { id: offer.data.jobRequestId };

const accepting = as("ann");
equal(version((await acceptJob({ path, headers: accepting })).data), 2);
const late = await acceptJob({ path, headers: as("bob") });
equal([late.response?.status, late.error?.code], [409, "ALREADY_ACCEPTED"]);
const state = await readRequestState({ path: { key: accepting["Idempotency-Key"] }, query: { job: path.id, op: "accept" }, headers: as("ann") });
equal([state.data?.state, state.data?.result?.version], ["DECIDED", 2]);
equal(version((await startJob({ path, headers: as("ann") })).data), 3);
equal(version((await finishTask({ path: { ...path, task: "t1" }, headers: as("ann") })).data), 4);
equal(version((await finishJob({ path, headers: as("ann") })).data), 5);
const job = await readJob({ path, query: { minVersion: 5 }, headers: as("zoe") });
equal(job.data?.tasks.map((task) => task.done), [true]);
