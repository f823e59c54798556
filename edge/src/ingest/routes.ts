import { Announcement, ChannelId, LeaseRequest, LeaseReturn } from '@sluice/contracts';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { askChannel } from '../channel/ask-channel.ts';
import type { PublisherClaims } from '../channel/channel.ts';
import type { Refused } from '../channel/channel-replies.ts';
import type { EdgeEnv } from '../environment.ts';
import { readBoundedJson } from '../http/bounded-body.ts';
import { cacheControl } from '../http/cache-control.ts';
import { readPath } from '../http/path.ts';
import { problem, unexpectedProblem } from '../http/problem.ts';
import { grantVerifier } from './grant-verifier.ts';

/** A lease request is some 200 bytes. */
const LEASE_BODY_BYTES_MAX = 4 * 1024;
/** 512 parts of some 260 bytes and 16 renditions of some 400, with room for blanks. */
const ANNOUNCEMENT_BODY_BYTES_MAX = 256 * 1024;
/** RFC 9110 §11.6.2; the scheme's name is case-insensitive. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;
/** Issues of a body that are told to its sender: the first ones say it all. */
const ISSUES_TOLD_MAX = 3;

const ChannelPath = z.object({ channelId: ChannelId });

/** What ingest nodes ask for, below `/ingest/v1`. A signed grant lets them in. */
export function ingestRoutes(): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.post('/channels/:channelId/lease', lease);
  app.delete('/channels/:channelId/lease', returnLease);
  app.all('/channels/:channelId/lease', () => problem('method-not-allowed', undefined, { allow: 'POST, DELETE' }));
  app.post('/channels/:channelId/announce', announce);
  app.all('/channels/:channelId/announce', () => problem('method-not-allowed', undefined, { allow: 'POST' }));
  app.all('*', () => problem('no-such-address'));
  app.onError(unexpectedProblem);
  return app;
}

async function lease(c: Context<EdgeEnv>): Promise<Response> {
  const asked = await readAsk(c, LeaseRequest, LEASE_BODY_BYTES_MAX);
  if (asked instanceof Response) return asked;
  const { channelId, claims, body } = asked;
  if (body.nodeId !== claims.node) return grantProblem('grant-invalid', 'The grant was given to another node.');
  // Asked twice it would give two epochs, and the node would hear of one.
  const reply = await askChannel(c.env, { channelId, isRepeatable: false }, (channel) => channel.lease(claims, body));
  return reply.kind === 'refused' ? refusal(reply) : json(c, reply.answer);
}

async function announce(c: Context<EdgeEnv>): Promise<Response> {
  const asked = await readAsk(c, Announcement, ANNOUNCEMENT_BODY_BYTES_MAX);
  if (asked instanceof Response) return asked;
  const { channelId, claims, body } = asked;
  const reply = await askChannel(c.env, { channelId, isRepeatable: true }, (channel) => channel.announce(claims, body));
  return reply.kind === 'refused' ? refusal(reply) : json(c, reply.answer);
}

async function returnLease(c: Context<EdgeEnv>): Promise<Response> {
  const asked = await readAsk(c, LeaseReturn, LEASE_BODY_BYTES_MAX);
  if (asked instanceof Response) return asked;
  const { channelId, claims, body } = asked;
  const reply = await askChannel(c.env, { channelId, isRepeatable: true }, (channel) =>
    channel.returnLease(claims, body),
  );
  return reply.kind === 'refused' ? refusal(reply) : c.body(null, 204);
}

function refusal({ code, detail, retryAfterS }: Refused): Response {
  return problem(code, detail, retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) });
}

interface Asked<Body> {
  readonly channelId: ChannelId;
  readonly claims: PublisherClaims;
  readonly body: Body;
}

/** What a node asks for, or why it is refused. Who has no grant does not get to send a body. */
async function readAsk<Body>(
  c: Context<EdgeEnv>,
  schema: z.ZodType<Body>,
  sizeBytesMax: number,
): Promise<Asked<Body> | Response> {
  const path = readPath(c, ChannelPath);
  if (path instanceof Response) return path;
  const claims = await readClaims(c, path.channelId);
  if (claims instanceof Response) return claims;
  const read = await readBoundedJson(c.req.raw, sizeBytesMax);
  if (read.kind === 'too-large') return problem('request-too-large', `More than ${sizeBytesMax} bytes.`);
  if (read.kind === 'not-json') return problem('request-invalid', 'The body is not JSON.');
  const body = schema.safeParse(read.value);
  if (!body.success) return problem('request-invalid', issuesText(body.error));
  return { channelId: path.channelId, claims, body: body.data };
}

async function readClaims(c: Context<EdgeEnv>, channelId: ChannelId): Promise<PublisherClaims | Response> {
  const [, grant] = BEARER.exec(c.req.header('authorization') ?? '') ?? [];
  if (grant === undefined) return grantProblem('grant-invalid', 'The request carries no grant as its bearer token.');
  const read = await grantVerifier(c.env).verify(grant, Date.now());
  if (read.kind === 'expired') return grantProblem('grant-expired');
  if (read.kind === 'invalid') return grantProblem('grant-invalid');
  const { sub, node, takeover, dvrWindowS, isPrivate, delivery, isRecorded } = read.claims;
  if (sub !== channelId) return grantProblem('grant-invalid', 'The grant is for another channel.');
  return { node, takeover, dvrWindowS, isPrivate, delivery, isRecorded };
}

/** RFC 6750 §3: a 401 names the scheme that it wants. */
function grantProblem(code: 'grant-invalid' | 'grant-expired', detail?: string): Response {
  return problem(code, detail, { 'www-authenticate': 'Bearer error="invalid_token"' });
}

/** Where the body is wrong, and how; never what stands there. */
function issuesText(error: z.ZodError): string {
  const told = error.issues.slice(0, ISSUES_TOLD_MAX);
  return told
    .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
    .join('; ')
    .slice(0, 500);
}

function json(c: Context<EdgeEnv>, answer: object): Response {
  return c.json(answer, 200, { 'cache-control': cacheControl({ kind: 'never' }) });
}
