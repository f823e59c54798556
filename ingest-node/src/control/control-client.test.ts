import { BroadcastId, ChannelId, NodeId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_SETTINGS } from '../broadcast/fixtures/settings-fixture.ts';
import { ControlClient } from './control-client.ts';
import { problemReply, ScriptedPeer } from './scripted-peer.ts';

const nodeId = NodeId.parse('node-1');
const REQUEST = { streamKey: 'key', protocol: 'rtmp', clientAddress: '127.0.0.1', nodeId } as const;
const ANSWER = {
  settings: DEMO_SETTINGS,
  grant: 'a-grant',
  grantExpiresAtMs: 1_800_000_000_000,
  keyId: 'key-1',
  authorizedAtMs: 1_700_000_000_000,
};

let peer: ScriptedPeer;
let control: ControlClient;
beforeEach(async () => {
  peer = await ScriptedPeer.listen(() => ({ status: 200, body: ANSWER }));
  control = new ControlClient({ controlUrl: `${peer.url}/`, nodeToken: 'token-of-the-node', withinMs: 5_000 });
});
afterEach(() => peer[Symbol.asyncDispose]());

describe('the client of the control API', () => {
  it('asks whose key it is, as the node', async () => {
    expect(await control.authorize(REQUEST)).toEqual({ kind: 'answered', answer: ANSWER });
    expect(peer.requests).toEqual([
      { method: 'POST', path: '/v1/ingest/authorize', authorization: 'Bearer token-of-the-node', body: REQUEST },
    ]);
  });

  it('asks once more when there was no answer, and no third time', async () => {
    peer.script = () => (peer.requests.length === 1 ? { status: 503 } : { status: 200, body: ANSWER });
    expect((await control.authorize(REQUEST)).kind).toBe('answered');
    peer.script = () => ({ status: 503 });
    expect((await control.authorize(REQUEST)).kind).toBe('unreachable');
    expect(peer.requests).toHaveLength(4);
  });

  it.each([
    [403, 'unknown-stream-key'],
    [429, 'too-many-attempts'],
  ])('does not ask again after a no: %i %s', async (status, code) => {
    peer.script = () => problemReply(status, code);
    expect(await control.authorize(REQUEST)).toMatchObject({ kind: 'refused', code });
    expect(peer.requests).toHaveLength(1);
  });

  it('renews a grant', async () => {
    expect((await control.renew({ grant: 'a-grant', nodeId })).kind).toBe('answered');
    expect(peer.requests[0]).toMatchObject({ path: '/v1/ingest/renew', body: { grant: 'a-grant', nodeId } });
  });

  it('asks who may still publish', async () => {
    const publisher = { channelId: ChannelId.parse('demo'), keyId: 'key-1', authorizedAtMs: 5 };
    const ended = [{ ...publisher, reason: 'kicked' }];
    peer.script = () => ({ status: 200, body: { ended } });
    const request = { nodeId, publishers: [publisher] };
    expect(await control.check(request)).toEqual({ kind: 'answered', answer: { ended } });
    expect(peer.requests[0]).toMatchObject({ path: '/v1/ingest/check', body: request });
  });

  it('tells what happened to a broadcast', async () => {
    peer.script = () => ({ status: 200, body: { kept: 1, dropped: 0 } });
    const place = { channelId: ChannelId.parse('demo'), broadcastId: BroadcastId.parse('0123456789abcdef') };
    const event = {
      kind: 'broadcast-ended',
      eventId: 'event-01',
      atMs: 5,
      reason: 'publisher-stopped',
      ...place,
    } as const;
    const request = { nodeId, events: [event] };
    expect(await control.tell(request)).toEqual({ kind: 'answered', answer: { kept: 1, dropped: 0 } });
    expect(peer.requests[0]).toMatchObject({ path: '/v1/ingest/events', body: request });
  });
});
