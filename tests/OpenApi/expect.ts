import { deepStrictEqual } from "node:assert";

/** Where the service is. */
export const server = process.env["SERVER"] ?? "";

export function equal<T>(actual: T, expected: T): void {
  deepStrictEqual(actual, expected);
}
