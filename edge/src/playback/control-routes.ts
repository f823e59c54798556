import { ChannelId, EmbedSitesNotice, RevocationNotice, type RevocationNoticeAnswer } from '@sluice/contracts';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { askChannel } from '../channel/ask-channel.ts';
import type { EdgeEnv } from '../environment.ts';
import { readBoundedJson } from '../http/bounded-body.ts';
import { cacheControl } from '../http/cache-control.ts';
import { readPath } from '../http/path.ts';
import { problem, unexpectedProblem } from '../http/problem.ts';
import { clipControlRoutes } from '../vod/clip-control.ts';
import { admissionOf } from './admission.ts';
import { callInvalid, isFromControl } from './control-call.ts';

/** A thousand revocations of up to 375 bytes: a subject may be 128 characters that JSON writes as two each. */
const BODY_BYTES_MAX = 512 * 1024;

/** Fifty sites of up to 270 characters. */
const EMBED_SITES_BYTES_MAX = 32 * 1024;

const ChannelPath = z.object({ channelId: ChannelId });

/** What the control API tells the edge, below `/control/v1`. It signs each call with the key of grants. */
export function controlRoutes(): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.delete('/channels/:channelId', deleteChannel);
  app.all('/channels/:channelId', () => problem('method-not-allowed', undefined, { allow: 'DELETE' }));
  app.post('/channels/:channelId/revocations', revoke);
  app.all('/channels/:channelId/revocations', () => problem('method-not-allowed', undefined, { allow: 'POST' }));
  app.put('/channels/:channelId/embed-sites', setEmbedSites);
  app.all('/channels/:channelId/embed-sites', () => problem('method-not-allowed', undefined, { allow: 'PUT' }));
  app.route('/channels', clipControlRoutes());
  app.all('*', () => problem('no-such-address'));
  app.onError(unexpectedProblem);
  return app;
}

async function deleteChannel(c: Context<EdgeEnv>): Promise<Response> {
  const channelId = await calledFor(c);
  if (channelId instanceof Response) return channelId;
  const reply = await askChannel(c.env, { channelId, isRepeatable: true }, (channel) => channel.deleteChannel());
  if (reply.kind === 'refused') return problem(reply.code, reply.detail);
  return c.body(null, 204, { 'cache-control': cacheControl({ kind: 'never' }) });
}

async function revoke(c: Context<EdgeEnv>): Promise<Response> {
  const channelId = await calledFor(c);
  if (channelId instanceof Response) return channelId;
  const read = await readBoundedJson(c.req.raw, BODY_BYTES_MAX);
  if (read.kind === 'too-large') return problem('request-too-large', `More than ${BODY_BYTES_MAX} bytes.`);
  const notice = RevocationNotice.safeParse(read.kind === 'json' ? read.value : undefined);
  if (!notice.success) return problem('request-invalid', 'The body is no list of revocations.');
  const { revocations } = notice.data;
  const saidAtMs = Date.now();
  const reply = await askChannel(c.env, { channelId, isRepeatable: true }, (channel) => channel.revoke(revocations));
  if (reply.kind === 'refused') return problem(reply.code, reply.detail);
  // Other isolates ask within seconds.
  admissionOf(c.env).policies.learn(channelId, reply, saidAtMs);
  const answer: RevocationNoticeAnswer = { version: reply.policy.version };
  return c.json(answer, 200, { 'cache-control': cacheControl({ kind: 'never' }) });
}

async function setEmbedSites(c: Context<EdgeEnv>): Promise<Response> {
  const channelId = await calledFor(c);
  if (channelId instanceof Response) return channelId;
  const read = await readBoundedJson(c.req.raw, EMBED_SITES_BYTES_MAX);
  if (read.kind === 'too-large') return problem('request-too-large', `More than ${EMBED_SITES_BYTES_MAX} bytes.`);
  const notice = EmbedSitesNotice.safeParse(read.kind === 'json' ? read.value : undefined);
  if (!notice.success) return problem('request-invalid', 'The body does not say which sites may embed the channel.');
  const saidAtMs = Date.now();
  const told = notice.data;
  const reply = await askChannel(c.env, { channelId, isRepeatable: true }, (channel) => channel.setEmbedding(told));
  if (reply.kind === 'refused') return problem(reply.code, reply.detail);
  admissionOf(c.env).policies.learn(channelId, reply, saidAtMs);
  return c.body(null, 204, { 'cache-control': cacheControl({ kind: 'never' }) });
}

/** The channel that the control API calls for, or why it is none. */
async function calledFor(c: Context<EdgeEnv>): Promise<ChannelId | Response> {
  const path = readPath(c, ChannelPath);
  if (path instanceof Response) return path;
  return (await isFromControl(c, path.channelId)) ? path.channelId : callInvalid();
}
