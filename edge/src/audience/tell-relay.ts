import type { ViewerReport } from '@sluice/contracts';
import type { Context } from 'hono';
import { broadcastBeganAtMs } from '../channel/broadcast-id.ts';
import type { AudienceReply } from '../channel/channel-replies.ts';
import { type Refused, refused } from '../channel/channel-replies.ts';
import type { EdgeEnv } from '../environment.ts';
import { askViewing, viewingAsk } from '../live/ask-viewing.ts';
import { FetchCounter, type Fetches } from './fetches.ts';
import { type CountedBroadcast, IsolateCounter } from './isolate-counter.ts';

/** Far longer than a relay needs to hear of a broadcast. */
const BEGINNING_MS = 60_000;

/** The isolate's own; what it has not told when the platform ends it is not counted. */
export const counter = new IsolateCounter();

/** Tells the relay what was counted of a broadcast, if that is due. */
export function tellDue(c: Context<EdgeEnv>, counted: CountedBroadcast): void {
  const fetches = counter.due(counted, Date.now());
  if (fetches === undefined) return;
  // Nobody waits for it, and that it is lost makes a count smaller for some seconds.
  c.executionCtx.waitUntil(tell(c, counted, fetches));
}

/**
 * Takes a player's report, which is told when something is due; the refusal, if there is no such broadcast now. Only the first one that an isolate gets of a
 * broadcast is told by itself: whether there is one must be known, or strangers' names would fill the isolate's memory.
 */
export async function takeReport(
  c: Context<EdgeEnv>,
  counted: CountedBroadcast,
  report: ViewerReport,
): Promise<Refused | undefined> {
  if (counter.isKnownToBeOver(counted)) return refused('no-such-broadcast');
  if (counter.reported(counted, report)) return undefined;
  const first = new FetchCounter(counted.broadcastId);
  first.reported(report, 1);
  const reply = await tell(c, counted, first.take());
  if (reply.kind === 'refused') return reply;
  counter.seen(counted, Date.now());
  return undefined;
}

async function tell(c: Context<EdgeEnv>, counted: CountedBroadcast, fetches: Fetches): Promise<AudienceReply> {
  const { channelId, broadcastId } = counted;
  const reply = await askViewing(c.env, viewingAsk(c.req.raw, channelId), (viewing) => viewing.count(fetches));
  if (reply.kind !== 'refused' || reply.code !== 'no-such-broadcast') return reply;
  // They are of the channel, and will be told with another broadcast of it.
  counter.answered(counted, fetches.requests ?? 0, Date.now());
  // Of one that has only just begun a relay may not have heard.
  if (Date.now() - broadcastBeganAtMs(broadcastId) > BEGINNING_MS) counter.isOver(counted);
  return reply;
}
