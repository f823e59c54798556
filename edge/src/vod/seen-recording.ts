import { BroadcastId, isPrivateBroadcast } from '@sluice/contracts';
import type { Context } from 'hono';
import { type Refused, refused } from '../channel/channel-replies.ts';
import type { EdgeEnv } from '../environment.ts';
import { rightsOf } from '../playback/request-rights.ts';
import type { ViewerRights } from '../playback/viewer-rights.ts';
import { type FoundRecording, findRecorded, type RecordedKind, recordedKey } from './recording-shelf.ts';

export interface SeenRecording {
  readonly kind: 'seen';
  /** Where its manifest is. */
  readonly key: string;
  readonly found: FoundRecording;
}

/** What an address (`:id`) names, for whoever may see it. */
export async function seenRecording(c: Context<EdgeEnv>, kind: RecordedKind): Promise<SeenRecording | Refused> {
  const id = c.req.param('id') ?? '';
  const key = recordedKey(kind, id);
  if (key === undefined) return refused('malformed-path', `No ${kind} has an id like that.`);
  const viewer = rightsOf(c.req.raw);
  if (kind === 'vod' && isHidden(isPrivateBroadcast(BroadcastId.parse(id)), viewer)) return refused('token-required');
  const found = await findRecorded({ bindings: c.env, life: c.executionCtx }, key);
  if (found.kind === 'refused') return found;
  return isHidden(found.manifest.isPrivate, viewer) ? refused('token-required') : { kind: 'seen', key, found };
}

function isHidden(isPrivate: boolean, { seesPrivate }: ViewerRights): boolean {
  return isPrivate && !seesPrivate;
}
