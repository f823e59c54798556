import { createRoute, z } from '@hono/zod-openapi';
import { type ChannelId, isPublicTarget, RESTREAM_TARGETS_MAX, RestreamTargetId } from '@sluice/contracts';
import type { AllowedTargets } from '../access/allowed-targets.ts';
import type { Channels } from '../channels/channels.ts';
import { ChannelPath, ownChannel } from '../channels/routes.ts';
import { answers, body, newApi, nothing, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import type { RestreamStatuses } from './restream-statuses.ts';
import {
  addressOf,
  changedTarget,
  makeTargetId,
  RestreamTargetChange,
  RestreamTargetCreate,
  ShownRestreamTarget,
  type StoredRestreamTarget,
  shownTarget,
} from './restream-target.ts';

const TOO_MANY = `A channel has at most ${RESTREAM_TARGETS_MAX} restream targets. Delete one first.`;
const NOT_PUBLIC = 'The target is not of the public internet. Write its public address, or a whole name.';
const KEY_NEEDED = 'With another URL, name the stream key that goes there, or null.';

const RestreamTargetList = z
  .object({ targets: z.array(ShownRestreamTarget) })
  .meta({ id: 'RestreamTargetList', description: 'All restream targets of a channel, the oldest first.' });

const TargetPath = z.object({ ...ChannelPath.shape, targetId: RestreamTargetId });

export interface RestreamParts {
  readonly channels: Channels;
  readonly statuses: RestreamStatuses;
  /** By what is written; nodes look at what names lead to, and have an option of their own. */
  readonly targets: AllowedTargets;
  readonly nowMs: () => number;
}

/** `/v1/channels/{channelId}/restream-targets` and `…/{targetId}`. */
export function restreamRoutes({ channels, statuses, targets: allowed, nowMs }: RestreamParts) {
  function checked(target: StoredRestreamTarget): StoredRestreamTarget {
    const address = addressOf(target);
    if ('fault' in address) throw new Refusal('request-invalid', address.fault);
    if (allowed === 'public' && !isPublicTarget(address)) throw new Refusal('target-not-public', NOT_PUBLIC);
    return target;
  }
  async function statusOf(channelId: ChannelId, targetId: RestreamTargetId) {
    return (await statuses.all(channelId, nowMs())).get(targetId) ?? null;
  }

  return newApi()
    .openapi(CREATE, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      const { streamKey = null, ...named } = c.req.valid('json');
      const atMs = nowMs();
      const made = { targetId: makeTargetId(), streamKey, ...named, createdAtMs: atMs, changedAtMs: atMs };
      const target = checked(made);
      const changed = await channels.changeRestream<'full'>(value.channelId, (targets) =>
        targets.length >= RESTREAM_TARGETS_MAX ? { not: 'full' } : { to: [...targets, target] },
      );
      if (changed === undefined) throw new Refusal('no-such-channel');
      if (changed === 'full') throw new Refusal('too-many-restream-targets', TOO_MANY);
      return c.json(shownTarget(value.channelId, target, null), 201);
    })
    .openapi(LIST, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      const told = await statuses.all(value.channelId, nowMs());
      const shown = value.restream.targets.map((target) =>
        shownTarget(value.channelId, target, told.get(target.targetId) ?? null),
      );
      return c.json({ targets: shown }, 200);
    })
    .openapi(CHANGE, async (c) => {
      const { channelId, targetId } = c.req.valid('param');
      await ownChannel(channels, c.var.caller, channelId);
      const change = c.req.valid('json');
      const changed = await channels.changeRestream<'unknown' | 'key-needed'>(channelId, (targets) => {
        const target = targets.find((each) => each.targetId === targetId);
        if (target === undefined) return { not: 'unknown' };
        const to = changedTarget(target, change, nowMs());
        if (to === 'key-needed') return { not: to };
        // What was allowed when it was made stays, so that it can still be named or disabled.
        if (change.url !== undefined || change.streamKey !== undefined) checked(to);
        return { to: targets.map((each) => (each === target ? to : each)) };
      });
      if (changed === 'key-needed') throw new Refusal('request-invalid', KEY_NEEDED);
      const target = Array.isArray(changed) ? changed.find((each) => each.targetId === targetId) : undefined;
      if (target === undefined) throw new Refusal('no-such-restream-target');
      return c.json(shownTarget(channelId, target, await statusOf(channelId, targetId)), 200);
    })
    .openapi(DELETE, async (c) => {
      const { channelId, targetId } = c.req.valid('param');
      await ownChannel(channels, c.var.caller, channelId);
      // What is already gone is gone: a repeated request is told the same.
      await channels.changeRestream<'unknown'>(channelId, (targets) => {
        const left = targets.filter((each) => each.targetId !== targetId);
        return left.length === targets.length ? { not: 'unknown' } : { to: left };
      });
      await statuses.forget(channelId, targetId);
      return c.body(null, 204);
    });
}

const tags = ['restream targets'];
const ALL = '/{channelId}/restream-targets';
const ONE = `${ALL}/{targetId}` as const;

const CREATE = createRoute({
  ...secured('restream:write'),
  tags,
  operationId: 'createRestreamTarget',
  method: 'post',
  path: ALL,
  summary: 'Push a channel on to another server',
  description:
    'Over RTMP, RTMPS or SRT, as the publisher sends it, while it is live; a broadcast that is live has it within five seconds. Key and URL are kept to be sent on, and never shown again. Targets inside of a network are refused.',
  request: { params: ChannelPath, ...body(RestreamTargetCreate) },
  responses: {
    201: answers('The target, without its secrets.', ShownRestreamTarget),
    ...refuses('target-not-public', 'no-such-channel', 'too-many-restream-targets'),
  },
});

const LIST = createRoute({
  ...secured('restream:read'),
  tags,
  operationId: 'listRestreamTargets',
  method: 'get',
  path: ALL,
  summary: 'List the restream targets of a channel',
  description: 'The oldest first, each with how the push to it is, and without its key.',
  request: { params: ChannelPath },
  responses: { 200: answers('All of them.', RestreamTargetList), ...refuses('no-such-channel') },
});

const CHANGE = createRoute({
  ...secured('restream:write'),
  tags,
  operationId: 'changeRestreamTarget',
  method: 'patch',
  path: ONE,
  summary: 'Change, disable or enable a restream target',
  description:
    'What is not named stays, but another URL has to come with its key. A live broadcast follows in five seconds.',
  request: { params: TargetPath, ...body(RestreamTargetChange) },
  responses: {
    200: answers('As it is now.', ShownRestreamTarget),
    ...refuses('target-not-public', 'no-such-channel', 'no-such-restream-target'),
  },
});

const DELETE = createRoute({
  ...secured('restream:write'),
  tags,
  operationId: 'deleteRestreamTarget',
  method: 'delete',
  path: ONE,
  summary: 'Delete a restream target',
  description: 'The push to it ends within five seconds.',
  request: { params: TargetPath },
  responses: { ...nothing, ...refuses('no-such-channel') },
});
