import { runInDurableObject } from 'cloudflare:test';
import { BroadcastId, type Delivery, Epoch, LeaseRequest, NodeId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { Broadcast } from '../channel/broadcast.ts';
import { Channel } from '../channel/channel.ts';
import { ChannelStore } from '../channel/channel-store.ts';
import { channelStub, freshChannelId } from '../testing/edge-client.ts';
import { TestBroadcast } from '../testing/test-broadcast.ts';

const T0_MS = 1_000_000_000_000;
const NODE = NodeId.parse('node-a');

function muxedBroadcast(): Broadcast {
  const broadcastId = BroadcastId.parse('0mww8blwx4z6wtlh8p63');
  const broadcast = new Broadcast({ broadcastId, epoch: Epoch.parse(1), dvrWindowS: 30, delivery: 'muxed' });
  broadcast.describe(new TestBroadcast().description);
  return broadcast;
}

describe('how a broadcast is delivered', () => {
  it('is as the grant said with which it began, whatever later ones say', () => {
    const channel = new Channel({ lease: undefined, broadcasts: [] }, T0_MS);
    const lease = (delivery: Delivery, nowMs: number) => {
      const claims = {
        node: NODE,
        takeover: 'take-over',
        dvrWindowS: 30,
        isPrivate: false,
        delivery,
        isRecorded: false,
      } as const;
      return channel.askLease(claims, LeaseRequest.parse({ nodeId: NODE }), { nowMs, random: new Uint8Array(16) });
    };
    lease('muxed', T0_MS);
    channel.current?.describe(new TestBroadcast().description);
    const began = channel.current;
    expect(began?.delivery).toBe('muxed');
    lease('separate', T0_MS + 20_000);
    expect(channel.current).toBe(began);
    expect(channel.current?.delivery).toBe('muxed');
  });

  it('is known to whoever goes on with it: a relay, and the object after a restart', async () => {
    const broadcast = muxedBroadcast();
    expect(Broadcast.restore(broadcast.state()).delivery).toBe('muxed');
    const kept = await runInDurableObject(channelStub(freshChannelId()), (_object, { storage }) => {
      const store = new ChannelStore(storage);
      store.writeBroadcast(broadcast);
      return store.readBroadcasts().map(({ delivery }) => delivery);
    });
    expect(kept).toEqual(['muxed']);
  });

  it('is separate where nothing was said', () => {
    const { broadcastId, epoch } = muxedBroadcast();
    expect(new Broadcast({ broadcastId, epoch, dvrWindowS: 30 }).delivery).toBe('separate');
  });
});
