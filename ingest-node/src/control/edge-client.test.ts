import { BroadcastId, ChannelId, Epoch, NodeId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EdgeClient } from './edge-client.ts';
import { problemReply, ScriptedPeer } from './scripted-peer.ts';

const access = { channelId: ChannelId.parse('demo'), grant: 'a-grant' };
const broadcastId = BroadcastId.parse('0123456789abcdef');
const epoch = Epoch.parse(7);
const LEASE = { broadcastId, epoch, next: {}, initVersion: 0, leaseMs: 10_000 };
const never = new AbortController().signal;

let peer: ScriptedPeer;
let edge: EdgeClient;
beforeEach(async () => {
  peer = await ScriptedPeer.listen(() => ({ status: 200, body: LEASE }));
  edge = new EdgeClient({ edgeUrl: peer.url });
});
afterEach(() => peer[Symbol.asyncDispose]());

describe('the client of the edge', () => {
  it('asks for a lease with the grant as its bearer', async () => {
    const request = { nodeId: NodeId.parse('node-1'), standsBy: false };
    expect(await edge.lease(access, request)).toEqual({ kind: 'answered', answer: LEASE });
    expect(peer.requests).toEqual([
      { method: 'POST', path: '/ingest/v1/channels/demo/lease', authorization: 'Bearer a-grant', body: request },
    ]);
  });

  it('announces what it is given, and leaves asking again to its caller', async () => {
    peer.script = () => ({ status: 500 });
    expect((await edge.announce(access, { broadcastId, epoch, parts: [] }, never)).kind).toBe('unreachable');
    expect(peer.requests).toEqual([
      {
        method: 'POST',
        path: '/ingest/v1/channels/demo/announce',
        authorization: 'Bearer a-grant',
        body: { broadcastId, epoch, parts: [] },
      },
    ]);
  });

  it('hands a lease back, and asks once more when there was no answer', async () => {
    peer.script = () => (peer.requests.length === 1 ? 'cut' : { status: 204 });
    expect((await edge.returnLease(access, { broadcastId, epoch, expectsSuccessor: false })).kind).toBe('answered');
    expect(peer.requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE']);
  });

  it('tells a no with its code', async () => {
    peer.script = () => problemReply(409, 'channel-in-use');
    const request = { nodeId: NodeId.parse('node-1'), standsBy: false };
    expect(await edge.lease(access, request)).toMatchObject({ kind: 'refused', code: 'channel-in-use' });
  });
});
