// Idempotency keys.

// crypto.randomUUID is there only on secure origins; a phone on the local network has none.
export const randomKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");

const Basis = 0x6c62272e07bb014262b821756295c58dn, Prime = 0x1000000000000000000013bn;

/**
 * FNV-1a of 128 bits. Two tabs that send the same command at the same moment cannot see each other's; the same text gives them the same key.
 */
export function keyOf(...parts) {
  let hash = Basis;
  for (const byte of new TextEncoder().encode(JSON.stringify(parts))) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * Prime);
  return hash.toString(16).padStart(32, "0");
}
