import { createSocket, type Socket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { runChecks } from './check.ts';
import { srtCheck } from './network-checks.ts';

const V6 = { address: '::1', family: 6 };
const V4 = { address: '127.0.0.1', family: 4 };

let listener: Socket | undefined;
afterEach(() => {
  listener?.close();
  listener = undefined;
});

/** A listener of SRT at an address: draft-sharabayko-srt-01 §4.3.1.1. */
async function srtListening({ address }: LookupAddress): Promise<number> {
  const socket = createSocket('udp4');
  listener = socket;
  socket.on('message', (question, peer) => {
    const answer = Buffer.from(question);
    answer.writeUInt32BE(question.readUInt32BE(40), 12);
    answer.writeUInt32BE(5, 16);
    answer.writeUInt16BE(0x4a17, 22);
    socket.send(answer, peer.port, peer.address);
  });
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket.address().port;
}

describe('a port of SRT, behind a name', () => {
  it.each([
    ['the first of its addresses', [V4, V6]],
    ['another one of its addresses', [V6, V4]],
  ])('is fine where %s answers', async (_, addresses) => {
    const port = await srtListening(V4);
    const [report] = await runChecks([srtCheck('SRT', { host: 'dual.example', port }, async () => addresses)]);
    expect(report?.findings).toEqual([
      { point: 'handshake', verdict: 'ok', says: `SRT is spoken at UDP dual.example:${port}` },
    ]);
  });

  it('is told of where none does', async () => {
    const port = await srtListening(V4);
    listener?.close();
    listener = undefined;
    const [report] = await runChecks([srtCheck('SRT', { host: 'dual.example', port }, async () => [V4, V4])]);
    expect(report?.findings).toMatchObject([{ verdict: 'fail', says: 'nothing listens there' }]);
  });

  it('is asked nothing once its time is over: a socket would hold the process for ever', async () => {
    const lookedUp = Promise.withResolvers<LookupAddress[]>();
    const over = new AbortController();
    const looked = srtCheck('SRT', { host: 'slow.example', port: 9 }, () => lookedUp.promise).look(over.signal);
    over.abort(new Error('late'));
    lookedUp.resolve([V4]);
    await expect(looked).rejects.toThrow('late');
  });
});
