// A job's life, played by openapi-fetch with the types of openapi-typescript.
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/schema";
import { equal, server } from "./expect";

type CommandAnswer = components["schemas"]["CommandAnswer"];

const as = (person: string) => createClient<paths>({ baseUrl: server, headers: { Authorization: `Bearer dev-${person}` } });
const key = () => ({ "Idempotency-Key": crypto.randomUUID() });

// Only outcome tells a success from a TIMEOUT, and the compiler knows it.
function version(answer: CommandAnswer | undefined): number {
  switch (answer?.outcome) {
    case "SUCCESS": return answer.version;
    case "DRY_RUN": return answer.would.version;
    case "TIMEOUT": throw new Error(`No decision yet; ask at ${answer.instance}.`);
    case undefined: throw new Error("There is no answer.");
  }
}

const [zoe, ann, bob] = [as("zoe"), as("ann"), as("bob")];
const offer = await zoe.POST("/v1/job-requests", {
  params: { header: { ...key(), Prefer: "wait=20" } },
  body: { candidates: ["ann", "bob"], tasks: [{ id: "t1", name: "windows" }], title: "Clean the windows" },
});
if (offer.data?.outcome !== "SUCCESS") throw new Error(JSON.stringify(offer.error));
const id = offer.data.jobRequestId;
const path = { id };

equal(version((await ann.POST("/v1/job-requests/{id}/accept", { params: { path, header: key(), query: { dryRun: true } } })).data), 2);
equal(version((await ann.POST("/v1/job-requests/{id}/accept", { params: { path, header: key() } })).data), 2);
const late = await bob.POST("/v1/job-requests/{id}/accept", { params: { path, header: key() } });
equal([late.error?.code, late.error?.outcome, late.error?.retry?.advice], ["ALREADY_ACCEPTED", "FAIL", "do-not"]);
equal(version((await ann.POST("/v1/job-requests/{id}/start", { params: { path, header: key() } })).data), 3);
equal(version((await ann.POST("/v1/job-requests/{id}/tasks/{task}/finish", { params: { path: { id, task: "t1" }, header: key() } })).data), 4);
equal(version((await ann.POST("/v1/job-requests/{id}/finish", { params: { path, header: key() } })).data), 5);

const job = await zoe.GET("/v1/job-requests/{id}", { params: { path, query: { minVersion: 5 } } });
equal([job.data?.status, job.data?.acceptedBy], ["Finished", "ann"]);
const history = await zoe.GET("/v1/job-requests/{id}/history", { params: { path } });
equal(history.data?.events.map((event) => event.type), ["JobRequested", "JobAccepted", "JobStarted", "TaskFinished", "JobFinished"]);
