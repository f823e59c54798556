import { type RestreamTarget, RestreamTargetList } from '../api/restream-target.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { api } from '../session/session.ts';

/** Nodes tell every ten seconds, and at once when something changes. */
const EVERY_MS = 5_000;

/** Where a channel is pushed on to. */
export const targetsKind = new ResourceKind<readonly RestreamTarget[]>(async (channelId, signal) => {
  const { value } = await api.get(`/channels/${channelId}/restream-targets`, RestreamTargetList, { signal });
  return value.targets;
}, EVERY_MS);
