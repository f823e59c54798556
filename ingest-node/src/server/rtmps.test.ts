import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { AAC_CONFIG, AVC_CONFIG, AVC_KEYFRAME, CLIENT_HANDSHAKE } from '../rtmp/rtmp-client-fixture.ts';
import { madeCertificate } from './certificate-fixture.ts';
import { ServerFixture } from './rtmp-server-fixture.ts';
import { keepingLogger } from './seeing-node-fixture.ts';

const FIRST = await madeCertificate();
const SECOND = await madeCertificate();
const fingerprintOf = (cert: string) => new X509Certificate(cert).fingerprint256;

function peerFingerprint(socket: unknown): string {
  return socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256 : 'no TLS';
}

describe('RTMPS', () => {
  it('is RTMP inside of TLS, and says so to the node', async () => {
    await using fixture = await ServerFixture.start({ tls: FIRST });
    const client = await fixture.secureClient({ ca: FIRST.cert, rejectUnauthorized: true });
    const { bytes } = client;
    client.send(bytes.whole());
    await client.untilCode('NetStream.Publish.Start');
    client.send(bytes.video(AVC_CONFIG), bytes.audio(AAC_CONFIG), bytes.video(AVC_KEYFRAME, 40));
    const seen = await fixture.publisher();
    await fixture.until(() => seen.events.length === 3);
    expect(seen.attempt).toMatchObject({ protocol: 'rtmps', streamKey: 'key', clientAddress: '127.0.0.1' });
    expect(seen.attempt.clientPort).toBe(client.socket.localPort);
    client.socket.end();
    expect((await fixture.endOf()).reason).toBe('peer-left');
    await fixture.until(() => fixture.connections.at(-1) === 0);
  });

  it('has a publisher that resets its connection leave', async () => {
    await using fixture = await ServerFixture.start({ tls: FIRST });
    const client = await fixture.secureClient();
    client.send(client.bytes.whole());
    await client.untilCode('NetStream.Publish.Start');
    client.socket.destroy();
    expect((await fixture.endOf()).reason).toBe('peer-left');
  });

  it('speaks TLS 1.2 with clients that could do more, because librtmp fails at the tickets of TLS 1.3', async () => {
    await using fixture = await ServerFixture.start({ tls: FIRST });
    const { socket } = await fixture.secureClient({ maxVersion: 'TLSv1.3' });
    expect(socket instanceof TLSSocket && socket.getProtocol()).toBe('TLSv1.2');
  });

  it('does not speak what is older', async () => {
    await using fixture = await ServerFixture.start({ tls: FIRST });
    const ciphers = 'DEFAULT@SECLEVEL=0';
    await expect(fixture.secureClient({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers })).rejects.toMatchObject(
      { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' },
    );
    await fixture.until(() => fixture.connections.at(-1) === 0);
  });

  it('takes another certificate without disturbing who is live', async () => {
    await using fixture = await ServerFixture.start({ tls: FIRST });
    const before = await fixture.secureClient();
    before.send(before.bytes.whole());
    await before.untilCode('NetStream.Publish.Start');
    fixture.server.setCertificate(SECOND);
    const after = await fixture.secureClient();
    expect(peerFingerprint(before.socket)).toBe(fingerprintOf(FIRST.cert));
    expect(peerFingerprint(after.socket)).toBe(fingerprintOf(SECOND.cert));
    before.send(before.bytes.audio(AAC_CONFIG));
    const seen = await fixture.publisher();
    await fixture.until(() => seen.events.length === 1);
  });

  it('keeps the certificate that it has when the next one cannot be used', async () => {
    await using fixture = await ServerFixture.start({ tls: FIRST });
    expect(() => fixture.server.setCertificate({ cert: SECOND.cert, key: FIRST.key })).toThrow('key values mismatch');
    expect(() => fixture.server.setCertificate({ cert: 'nothing', key: 'nothing' })).toThrow();
    const client = await fixture.secureClient();
    expect(peerFingerprint(client.socket)).toBe(fingerprintOf(FIRST.cert));
  });

  it('does not begin with one that cannot be used', async () => {
    await expect(ServerFixture.start({ tls: { cert: FIRST.cert, key: SECOND.key } })).rejects.toThrow('mismatch');
  });
});

describe('a connection without a TLS handshake', () => {
  it('that speaks plain RTMP is closed, with one line for the log', async () => {
    const { logger, lines } = keepingLogger();
    await using fixture = await ServerFixture.start({ tls: FIRST, logger });
    const client = await fixture.client();
    client.send(client.bytes.whole('top-secret-key'));
    await client.untilClosed();
    await fixture.until(() => fixture.connections.at(-1) === 0);
    expect(fixture.publishers).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 20,
      msg: 'a TLS handshake failed',
      clientAddress: '127.0.0.1',
    });
    expect(lines.join('')).not.toContain('top-secret-key');
  });

  it('that says nothing, or says it byte by byte, is closed in time', async () => {
    const { logger, lines } = keepingLogger();
    await using fixture = await ServerFixture.start({ tls: FIRST, logger, limits: { tlsHandshakeMs: 50 } });
    const silent = await fixture.client();
    const slow = await fixture.client();
    // A TLS record that announces 512 bytes and gets them one by one.
    const drip = setInterval(() => slow.send(Uint8Array.of(0)), 5);
    slow.send(Uint8Array.of(22, 3, 1, 2, 0));
    await Promise.all([silent.untilClosed(), slow.untilClosed()]);
    clearInterval(drip);
    await fixture.until(() => fixture.connections.at(-1) === 0);
    expect(lines.map((line) => JSON.parse(line).why)).toEqual(Array(2).fill('the TLS handshake took too long'));
  });

  it('does not end who has made the handshake in time', async () => {
    await using fixture = await ServerFixture.start({ tls: FIRST, limits: { tlsHandshakeMs: 300 } });
    const live = await fixture.secureClient();
    live.send(live.bytes.whole());
    await live.untilCode('NetStream.Publish.Start');
    const silent = await fixture.client();
    await silent.untilClosed();
    live.send(live.bytes.audio(AAC_CONFIG));
    const seen = await fixture.publisher();
    await fixture.until(() => seen.events.length === 1 || seen.ends.length === 1);
    expect(seen.ends).toEqual([]);
  });

  it('counts like any other, and its place is free when it has gone', async () => {
    await using fixture = await ServerFixture.start({
      tls: FIRST,
      limits: { connectionsMax: 1, refusedConnectionsMax: 0 },
    });
    const first = await fixture.client();
    await fixture.until(() => fixture.connections.at(-1) === 1);
    const second = await fixture.client();
    await second.untilClosed();
    expect(fixture.refused).toEqual(['server-full']);
    first.socket.destroy();
    await fixture.until(() => fixture.connections.at(-1) === 0);
    const third = await fixture.secureClient();
    third.send(third.bytes.whole());
    await third.untilCode('NetStream.Publish.Start');
  });

  it('is told of a full server behind its handshake', async () => {
    await using fixture = await ServerFixture.start({ tls: FIRST, limits: { connectionsMax: 0 } });
    const client = await fixture.secureClient();
    client.send(CLIENT_HANDSHAKE, client.bytes.connect());
    await client.untilClosed();
    expect(client.codes[0]).toBe('NetConnection.Connect.Rejected');
  });

  it('does not keep the server from closing', async () => {
    const fixture = await ServerFixture.start({ tls: FIRST });
    const waiting = await fixture.client();
    const live = await fixture.secureClient();
    live.send(live.bytes.whole());
    await live.untilCode('NetStream.Publish.Start');
    await fixture.server.close();
    expect(fixture.connections.at(-1)).toBe(0);
    await Promise.all([waiting.untilClosed(), live.untilClosed()]);
    expect(live.sentences.at(-1)).toBe('This server is going to stop. Connect again in a moment.');
    await fixture[Symbol.asyncDispose]();
  });

  it('harms nobody in any number that is closed in the middle', async () => {
    await using fixture = await ServerFixture.start({ tls: FIRST });
    const live = await fixture.secureClient();
    live.send(live.bytes.whole());
    await live.untilCode('NetStream.Publish.Start');
    for (let count = 0; count < 30; count++) {
      const socket = connect({ port: fixture.server.port, host: '127.0.0.1' });
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      // With and without the first flight of a handshake under way.
      if (count % 2 === 0) connectTls({ socket, rejectUnauthorized: false }).on('error', () => undefined);
      if (count % 3 === 0) socket.resetAndDestroy();
      else socket.destroy();
    }
    await fixture.until(() => fixture.connections.at(-1) === 1);
    live.send(live.bytes.audio(AAC_CONFIG));
    const seen = await fixture.publisher();
    await fixture.until(() => seen.events.length === 1);
  });
});
