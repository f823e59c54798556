import { z } from 'zod';
import { Refusal } from '../custom-resource/refusal.ts';

/** Public keys for signatures (RFC 7517 §4, RFC 7518 §6.2.1). `d` would be the private part of one. */
const PublicKey = z.looseObject({
  kty: z.literal('EC'),
  crv: z.string(),
  x: z.string(),
  y: z.string(),
  kid: z.string().optional(),
  d: z.never({ error: 'it shows a private key' }).optional(),
});
/** What the system calls it: `ENOTFOUND` where nobody knows the name, `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
const CodedError = z.object({ cause: z.object({ code: z.string().regex(/^[A-Z][A-Z0-9_]{1,60}$/) }) });
const JwkSet = z.object({ keys: z.array(PublicKey).min(1).max(16) });

const WELL_KNOWN = '/.well-known/jwks.json';
/**
 * Five minutes, if each is refused at once. On a first deployment the API's name was delegated minutes ago: resolvers may
 * not know it, and what answers may not have its certificate or its function yet. Ten minutes where each hangs, which
 * leaves the function the time to say so.
 */
const ATTEMPTS_MAX = 31;
const DELAY_MS = 10_000;
const TIMEOUT_MS = 10_000;
const TEXT_CHARS_MAX = 20_000;

/**
 * The control API's public keys, by which the edge knows grants: as JSON, as CONTROL_JWKS is. Throws Refusal where they are
 * not to be had.
 */
export async function fetchControlKeys(controlUrl: string, sleep: (ms: number) => Promise<void>): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const { text, problem } = await answerOf(`${controlUrl}${WELL_KNOWN}`);
    if (text !== undefined) return checked(text, controlUrl);
    if (attempt === ATTEMPTS_MAX) {
      throw new Refusal(`The control API's keys are not to be had at ${controlUrl}${WELL_KNOWN}: ${problem}`);
    }
    await sleep(DELAY_MS);
  }
}

async function answerOf(url: string): Promise<{ readonly text?: string; readonly problem?: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await response.text();
    return response.ok ? { text } : { problem: `HTTP ${response.status}` };
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unreachable';
    return { problem: CodedError.safeParse(error).data?.cause.code ?? name };
  }
}

function checked(text: string, controlUrl: string): string {
  const set = text.length > TEXT_CHARS_MAX ? undefined : jsonOf(text);
  const read = JwkSet.safeParse(set);
  if (read.success) return JSON.stringify(set);
  throw new Refusal(`${controlUrl}${WELL_KNOWN} is no set of public keys: ${z.prettifyError(read.error)}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
