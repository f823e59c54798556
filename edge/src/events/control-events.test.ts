import { env } from 'cloudflare:workers';
import { BroadcastId, type ChannelId, type EdgeEvents } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { freshChannelId } from '../testing/edge-client.ts';
import { setMood, untilSent } from '../testing/told-events.ts';
import { ControlEvents } from './control-events.ts';

function batchOf(channelId: ChannelId): EdgeEvents {
  const broadcastId = BroadcastId.parse('0mww8blwxo6wtlh8p63a');
  return { channelId, events: [{ kind: 'publisher-absent', sequence: 7, broadcastId, atMs: 1 }] };
}

describe('the control API, as it is told of events', () => {
  it('says through which it took them', async () => {
    const telling = await new ControlEvents(env.CONTROL_URL, env.EDGE_TOKEN).tell(batchOf(freshChannelId()));
    expect(telling).toEqual({ kind: 'taken', throughSequence: 7 });
  });

  it('is waited for so long and no longer', async () => {
    const channelId = freshChannelId();
    await setMood(channelId, { isSilent: true });
    const impatient = new ControlEvents(env.CONTROL_URL, env.EDGE_TOKEN, 50);
    expect(await impatient.tell(batchOf(channelId))).toEqual({ kind: 'failed', reason: 'it did not answer' });
  });

  it.each([400, 413, 422])('speaks of the batch with %i', async (status) => {
    const channelId = freshChannelId();
    await setMood(channelId, { status });
    const telling = await new ControlEvents(env.CONTROL_URL, env.EDGE_TOKEN).tell(batchOf(channelId));
    expect(telling).toEqual({ kind: 'refused', reason: `it answered ${status}` });
  });

  it('does not, where it does not know the edge, or is not reached; and nothing that is said of it is secret', async () => {
    const token = 'a-wrong-token-of-the-edge';
    const wrong = await new ControlEvents(env.CONTROL_URL, token).tell(batchOf(freshChannelId()));
    expect(wrong).toEqual({ kind: 'failed', reason: 'it answered 401' });
    const away = await new ControlEvents('http://127.0.0.1:1', token).tell(batchOf(freshChannelId()));
    expect(away.kind).toBe('failed');
    expect(JSON.stringify([wrong, away])).not.toContain(token);
  });

  it('is not followed to another address, with the token', async () => {
    const channelId = freshChannelId();
    await setMood(channelId, { status: 307 });
    const telling = await new ControlEvents(env.CONTROL_URL, env.EDGE_TOKEN).tell(batchOf(channelId));
    expect(telling).toEqual({ kind: 'failed', reason: 'it answered 307' });
    expect((await untilSent(channelId, 1)).batches).toHaveLength(1);
  });
});
