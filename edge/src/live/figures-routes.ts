import {
  BroadcastId,
  type ChannelFigures,
  ChannelId,
  isPrivateBroadcast,
  VIEWER_REPORT_BYTES_MAX,
  ViewerReport,
} from '@sluice/contracts';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { NO_AUDIENCE } from '../audience/audience-count.ts';
import { takeReport } from '../audience/tell-relay.ts';
import type { EdgeEnv } from '../environment.ts';
import { liveFigures } from '../figures/fed-figures.ts';
import { readBoundedJson } from '../http/bounded-body.ts';
import { cacheControl } from '../http/cache-control.ts';
import { JSON_CONTENT_TYPE } from '../http/content-types.ts';
import { readPath } from '../http/path.ts';
import { problem } from '../http/problem.ts';
import { rightsOf } from '../playback/request-rights.ts';
import { askViewing, viewingAsk } from './ask-viewing.ts';
import { BROADCAST_HEADER } from './playlist-answer.ts';
import { regionOfRequest } from './request-region.ts';

const ChannelPath = z.object({ channelId: ChannelId });
const ReportPath = ChannelPath.extend({ broadcastId: BroadcastId });

/** How playing is for viewers: what players tell of it, and what all of them have told. */
export function addFiguresRoutes(app: Hono<EdgeEnv>): void {
  app.get('/:channelId/figures.json', figures);
  app.post('/:channelId/:broadcastId/report', report);
  app.on(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'], '/:channelId/:broadcastId/report', () =>
    problem('method-not-allowed', undefined, { allow: 'POST, OPTIONS' }),
  );
}

async function figures(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ChannelPath);
  if (path instanceof Response) return path;
  const { channelId } = path;
  const reply = await askViewing(c.env, viewingAsk(c.req.raw, channelId), (viewing) => viewing.figures());
  if (reply.kind === 'refused' && reply.code !== 'channel-offline') return problem(reply.code, reply.detail);
  const told = reply.kind === 'refused' ? liveFigures(undefined, NO_AUDIENCE, undefined) : reply.figures;
  const { broadcastId } = told;
  const isPrivate = broadcastId !== null && isPrivateBroadcast(broadcastId);
  if (isPrivate && !rightsOf(c.req.raw).seesPrivate) return problem('token-required');
  return c.body(JSON.stringify({ channelId, ...told } satisfies ChannelFigures), 200, {
    'content-type': JSON_CONTENT_TYPE,
    'cache-control': cacheControl({ kind: 'never' }),
    // By it the request is counted as one of the broadcast.
    ...(broadcastId !== null && { [BROADCAST_HEADER]: broadcastId }),
  });
}

async function report(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ReportPath);
  if (path instanceof Response) return path;
  const read = await readBoundedJson(c.req.raw, VIEWER_REPORT_BYTES_MAX);
  if (read.kind === 'too-large') return problem('request-too-large', `More than ${VIEWER_REPORT_BYTES_MAX} bytes.`);
  const told = ViewerReport.safeParse(read.kind === 'json' ? read.value : undefined);
  if (!told.success) return problem('report-invalid', read.kind === 'json' ? sentence(told.error) : 'It is no JSON.');
  const refusal = await takeReport(c, { ...path, region: regionOfRequest(c.req.raw) }, told.data);
  if (refusal !== undefined) return problem(refusal.code, refusal.detail);
  return c.body(null, 204, { 'cache-control': cacheControl({ kind: 'never' }) });
}

/** What is wrong, and in which field; nothing of what was sent. */
function sentence({ issues: [issue] }: z.ZodError): string {
  const field = issue?.path.join('.') ?? '';
  return issue?.code === 'unrecognized_keys'
    ? 'It has fields that nobody knows.'
    : `${field || 'It'} is not as it should be.`;
}
