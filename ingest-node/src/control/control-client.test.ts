import { ChannelId, NodeId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient } from './control-client.ts';
import { problemReply, ScriptedPeer } from './scripted-peer.ts';

const nodeId = NodeId.parse('node-1');
const REQUEST = { streamKey: 'key', protocol: 'rtmp', clientAddress: '127.0.0.1', nodeId } as const;
const ANSWER = {
  settings: {
    channelId: ChannelId.parse('demo'),
    profile: 'low',
    ladder: 'auto',
    takeover: 'refuse',
    reconnectWindowMs: 60_000,
    ingestBitrateBpsMax: 20_000_000,
    dvrWindowS: 60,
    isRecorded: false,
  },
  grant: 'a-grant',
  grantExpiresAtMs: 1_800_000_000_000,
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

  it('does not ask again after a no', async () => {
    peer.script = () => problemReply(403, 'unknown-stream-key');
    expect(await control.authorize(REQUEST)).toMatchObject({ kind: 'refused', code: 'unknown-stream-key' });
    expect(peer.requests).toHaveLength(1);
  });

  it('renews a grant', async () => {
    expect((await control.renew({ grant: 'a-grant', nodeId })).kind).toBe('answered');
    expect(peer.requests[0]).toMatchObject({ path: '/v1/ingest/renew', body: { grant: 'a-grant', nodeId } });
  });
});
