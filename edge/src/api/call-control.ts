import type { Context } from 'hono';
import type { EdgeEnv } from '../environment.ts';
import { readBoundedBytes } from '../http/bounded-body.ts';
import { problem } from '../http/problem.ts';
import { log } from '../log.ts';
import { controlAddress } from './api-address.ts';
import { answererOf, pageAnswer } from './control-answer.ts';
import { openConsole } from './open-console.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** What the control API reads of a request's head. Cookies are never among it, nor where the browser is. */
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'accept',
  'if-match',
  'if-none-match',
  'idempotency-key',
  'sluice-tenant',
] as const;
/** As the control API has it for whatever is not of nodes (functions/src/http/json-body.ts). */
const BODY_BYTES_MAX = 16 * 1024;

/** A call that a page makes, as the control API is asked it. */
interface Call {
  readonly address: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

/** Asks the control API in a page's name, and answers with what it says or a problem of our own. */
export async function callControl(c: Context<EdgeEnv>, answerMsMax: number): Promise<Response> {
  const { CONTROL_URL: controlUrl } = c.env;
  const call = await callOf(c);
  if (call instanceof Response) return call;
  const { address, ...request } = call;
  try {
    const answer = await fetch(address, {
      ...request,
      // The token is for this address and no other.
      redirect: 'manual',
      cache: 'no-store',
      signal: AbortSignal.timeout(answerMsMax),
    });
    const answerer = answererOf(answer);
    if (answerer === 'control') return pageAnswer(answer, controlUrl, address);
    await answer.body?.cancel();
    return refusal(answerer === 'busy' ? 'control-busy' : 'control-unreachable', `it answered ${answer.status}`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return refusal(error.name === 'TimeoutError' ? 'control-silent' : 'control-unreachable', error.message);
  }
}

/** The call, or why none is made. */
async function callOf(c: Context<EdgeEnv>): Promise<Call | Response> {
  const request = c.req.raw;
  const { method } = request;
  if (c.env.CONTROL_URL === '') return problem('control-not-set');
  const address = controlAddress(c.env.CONTROL_URL, request.url);
  if (address === undefined) return problem('no-such-address');
  if (!METHODS.has(method)) return problem('method-not-allowed', undefined, { allow: [...METHODS].join(', ') });
  const headers = callHeaders(request.headers);
  if (!headers.has('authorization')) {
    const access = openConsole(c.env, request);
    if (access.kind === 'refused') return problem('console-not-open', access.reason);
    if (access.kind === 'open') headers.set('authorization', `Bearer ${access.token}`);
    // Otherwise the control API says what it says to anybody without a token.
  }
  // Read whole, for it is small: so what is too large is refused before anybody else sees any of it.
  const read = await readBoundedBytes(request, BODY_BYTES_MAX);
  if (read.kind === 'too-large')
    return problem('request-too-large', `This request has at most ${BODY_BYTES_MAX} bytes.`);
  if (read.kind === 'cut-off') return problem('request-invalid', 'The body was cut off.');
  return { address, method, headers, body: read.bytes.length === 0 ? null : read.bytes };
}

function callHeaders(head: Headers): Headers {
  const headers = new Headers();
  for (const name of REQUEST_HEADERS) {
    const value = head.get(name);
    if (value !== null) headers.set(name, value);
  }
  // A CDN that compresses an answer makes its tag weak, and a weak one matches nothing (RFC 9110 §8.8.3.2, §13.1.1).
  const ifMatch = headers.get('if-match');
  if (ifMatch !== null) headers.set('if-match', ifMatch.replace(/(^|, *)W\//g, '$1'));
  return headers;
}

/** The log learns why; who asked learns neither that nor where the control API is. */
function refusal(code: 'control-busy' | 'control-unreachable' | 'control-silent', reason: string): Response {
  log('warn', 'the control API did not answer the console', { code, reason });
  return problem(code);
}
