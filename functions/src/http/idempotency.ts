import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { callerName } from '../access/caller.ts';
import { Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import type { ApiEnv } from './api.ts';
import { Refusal } from './refusal.ts';

/** What the client chose: a UUID, for one. */
const KEY = /^[\x21-\x7e]{8,128}$/;
/** As clients of payment services have it: who asks again later than this asks anew. */
const KEPT_MS = 24 * 3_600_000;
/** Whoever began to answer and has not ended by then is dead. */
const ANSWERING_MS_MAX = 60_000;
/** An answer to a write is one record. A larger one is not kept, and the request is done again. */
const ANSWER_BYTES_MAX = 64 * 1024;
/** Of the answer's head, what is worth keeping. */
const KEPT_HEADERS = ['content-type', 'location', 'etag'];

const Kept = z.object({
  requestHash: z.string(),
  startedAtMs: z.int(),
  /** Absent while it is being answered. */
  answer: z.object({ status: z.int(), headers: z.record(z.string(), z.string()), sealed: z.base64() }).optional(),
});
type Kept = z.infer<typeof Kept>;

export interface IdempotencyParts {
  readonly table: Table;
  readonly nowMs: () => number;
}

/**
 * `Idempotency-Key` on POST (draft-ietf-httpapi-idempotency-key-header): the same request with the same key of the same
 * caller is done once, and answered alike for a day. Answers may hold secrets that are shown once, so they are kept
 * sealed with what only the caller has: the key and its bearer token.
 */
export function idempotency({ table, nowMs }: IdempotencyParts): MiddlewareHandler<ApiEnv> {
  const records = new Records(table, Kept);
  return async (c, next) => {
    const key = c.req.header('idempotency-key');
    if (c.req.method !== 'POST' || key === undefined) return await next();
    if (!KEY.test(key)) throw new Refusal('request-invalid', 'An idempotency key is 8 to 128 visible characters.');
    const secret = `${c.req.header('authorization') ?? ''}\n${key}`;
    const { caller } = c.var;
    // The operator calls for many tenants.
    const whose = `${caller.tenantId}\n${callerName(caller)}`;
    const place = { partition: `idempotency#${digest(`${whose}\n${secret}`)}`, sort: 'answer' };
    const requestHash = digest(`${c.req.path}\n${await c.req.text()}`);

    const kept = await records.get(place);
    if (kept?.value.requestHash !== undefined && kept.value.requestHash !== requestHash) {
      throw new Refusal('idempotency-key-reused', 'This key came with another request before. Choose a new one.');
    }
    if (kept?.value.answer !== undefined) return replay(kept.value.answer, secret);
    const isAnswering = kept !== undefined && kept.value.startedAtMs + ANSWERING_MS_MAX > nowMs();
    const begun: Kept = { requestHash, startedAtMs: nowMs() };
    const expiresAtMs = nowMs() + KEPT_MS;
    const version = isAnswering
      ? 'conflict'
      : await records.put(place, begun, { if: kept?.version ?? 'absent', expiresAtMs });
    if (version === 'conflict') {
      throw new Refusal('request-in-progress', 'The first such request is still being answered.', {
        'retry-after': '1',
      });
    }
    await next();
    const answer = await sealed(c.res, secret);
    if (answer === undefined) await records.remove(place, version);
    else await records.put(place, { ...begun, answer }, { if: version, expiresAtMs });
    return undefined;
  };
}

/** `undefined`: it is not to be kept. What failed may be tried again. */
async function sealed(response: Response, secret: string): Promise<Kept['answer']> {
  if (response.status >= 500 || response.status === 429) return undefined;
  const plain = Buffer.from(await response.clone().arrayBuffer());
  if (plain.length > ANSWER_BYTES_MAX) return undefined;
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: response.status, headers: Object.fromEntries(headers), sealed: seal(plain, secret) };
}

function replay({ status, headers, sealed: text }: NonNullable<Kept['answer']>, secret: string): Response {
  const plain = open(text, secret);
  return new Response(plain.length === 0 ? null : new Uint8Array(plain), {
    status,
    headers: { ...headers, 'idempotency-replayed': 'true' },
  });
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM (NIST SP 800-38D) under a key that is derived anew each time (RFC 5869). */
function seal(plain: Buffer, secret: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
}

function open(text: string, secret: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'sluice-idempotency', 32));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
