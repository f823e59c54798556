import { once } from 'node:events';
import { connect } from 'node:net';
import { mediaGrid } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { FRAME_RATES, fakeBroadcast } from '../package/packaging-fixture.ts';
import { joined } from '../rtmp/split-fixture.ts';
import type { SeenPublisher } from '../server/seeing-node-fixture.ts';
import { accessUnit, fragmentOf, initOf, outline, rawBox, recording } from './cmaf-bytes-fixture.ts';
import { CmafServerFixture } from './cmaf-server-fixture.ts';

const RATE = FRAME_RATES['30'] ?? { num: 30, den: 1 };
const [PICTURE, , SOUND] = fakeBroadcast('low', RATE).description.renditions;
if (PICTURE === undefined || SOUND === undefined) throw new Error('no renditions');
const INIT = initOf(PICTURE);
const FRAME_TICKS = mediaGrid('low', RATE).frameDurationTicks;
const LAST = rawBox('styp', Buffer.from('msdh\0\0\0\0lmsg'));

/** A fragment of one picture, at this frame. */
function frame(index: number): Uint8Array {
  return fragmentOf({
    startTicks: index * FRAME_TICKS,
    durationTicks: FRAME_TICKS,
    payloads: [accessUnit(index === 0)],
  });
}

/** The times of all that came of a track. */
function timesOf({ tracks }: SeenPublisher, name: string): string {
  return outline(tracks.filter(({ trackName }) => trackName === name).flatMap(({ samples }) => samples));
}

describe('a publisher of tracks', () => {
  it('is one, whatever the number of its connections, and says goodbye in each track', async () => {
    await using fixture = await CmafServerFixture.start();
    const [high, low] = ['high', 'low'].map((name) => fixture.open(`/key/x.isml/Streams(${name}).cmfv?backup=1`));
    for (const upload of [high, low]) upload?.send(joined([INIT, frame(0), frame(1)]));
    const publisher = await fixture.publisher();
    await fixture.until(() => publisher.tracks.length === 4);
    expect(publisher.attempt).toMatchObject({
      protocol: 'cmaf',
      streamKey: 'key',
      query: 'backup=1',
      clientAddress: '127.0.0.1',
    });
    expect([timesOf(publisher, 'high'), timesOf(publisher, 'low')]).toEqual(['0! 1000', '0! 1000']);
    high?.end(joined([LAST, frame(2)]));
    expect((await high?.answer)?.status).toBe(200);
    low?.end(joined([frame(2), rawBox('mfra')]));
    expect(await fixture.endOf()).toEqual({ reason: 'unpublished', detail: 'the last segment' });
    expect(timesOf(publisher, 'high')).toBe('0! 1000 2000');
    expect(fixture.publishers).toHaveLength(1);
    expect(fixture.receivedBytes).toBeGreaterThan(INIT.length * 2);
  });

  it('says goodbye with the index of a broadcast of days, whether it comes to its end or not', async () => {
    await using fixture = await CmafServerFixture.start();
    const index = rawBox('mfra', new Uint8Array(3_000_000));
    const [whole, broken] = ['whole', 'broken'].map((name) => fixture.open(`/key/Streams(${name}).cmfv`));
    for (const upload of [whole, broken]) upload?.send(joined([INIT, frame(0)]));
    const publisher = await fixture.publisher();
    await fixture.until(() => publisher.tracks.length === 2);
    whole?.end(index);
    expect((await whole?.answer)?.status).toBe(200);
    const receivedBytes = fixture.receivedBytes;
    broken?.send(index.subarray(0, 1_000));
    await fixture.until(() => fixture.receivedBytes === receivedBytes + 1_000);
    broken?.breakOff();
    expect(await fixture.endOf()).toEqual({ reason: 'unpublished', detail: 'the last segment' });
    expect(publisher.warnings).toEqual([]);
  });

  it('says goodbye in the tracks that can be used', async () => {
    await using fixture = await CmafServerFixture.start();
    const good = fixture.open('/key/Streams(good).cmfv');
    good.send(joined([INIT, frame(0)]));
    const publisher = await fixture.publisher();
    const foreign = await fixture.send('/key/Streams(foreign).cmfv', recording('ffmpeg-5.1-b-frames.cmfv'));
    expect(foreign.status).toBe(415);
    await fixture.send('/key/Streams(torn).cmfv', joined([INIT, frame(0), frame(1).slice(0, 50), frame(2)]));
    expect(publisher.ends).toEqual([]);
    good.end(joined([LAST, frame(1)]));
    expect((await fixture.endOf()).reason).toBe('unpublished');
  });

  it('is waited for in tracks that have not said goodbye', async () => {
    await using fixture = await CmafServerFixture.start();
    await fixture.send('/key/Streams(a).cmfv', joined([INIT, frame(0)]));
    await fixture.send('/key/Streams(b).cmfv', joined([INIT, LAST, frame(0)]));
    const publisher = await fixture.publisher();
    expect(publisher.ends).toEqual([]);
    await fixture.send('/key/Streams(a).cmfv', joined([LAST, frame(1)]));
    expect((await fixture.endOf()).reason).toBe('unpublished');
  });

  it('may send its segments one at a time, with an init segment or without', async () => {
    await using fixture = await CmafServerFixture.start();
    const bodies = [INIT, frame(0), joined([INIT, frame(1)]), frame(2)];
    for (const body of bodies)
      expect((await fixture.send('/key/Streams(v).cmfv', body, { method: 'POST' })).status).toBe(200);
    const publisher = await fixture.publisher();
    expect(timesOf(publisher, 'v')).toBe('0! 1000 2000');
    expect(publisher.ends).toEqual([]);
  });

  it('is understood where the names of its tracks are like those of other encoders', async () => {
    await using fixture = await CmafServerFixture.start();
    const names = ['Streams(v-720.cmfv)', 'video-720.cmfv', 'video-360.cmfv', 'V300/init.cmfv'];
    const uploads = names.map((name) => fixture.open(`/key/${name}`, { method: 'POST' }));
    for (const upload of uploads) upload.send(joined([INIT, frame(0)]));
    const publisher = await fixture.publisher();
    await fixture.until(() => publisher.tracks.length === 4);
    const told = new Set(publisher.tracks.map(({ trackName }) => trackName));
    expect(told).toEqual(new Set(['v-720', 'video-720', 'video-360', 'V300']));
  });

  it('that reconnects before its broken connection is noticed goes on when that one has been silent', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { brokenMs: 20 } });
    const broken = fixture.open('/key/Streams(v).cmfv');
    broken.send(joined([INIT, frame(0)]));
    const publisher = await fixture.publisher();
    await fixture.until(() => publisher.tracks.length === 1);
    expect((await fixture.send('/key/Streams(v).cmfv', joined([INIT, frame(0), frame(1)]))).status).toBe(200);
    expect(timesOf(publisher, 'v')).toBe('0! 0! 1000');
    await expect(broken.answer).rejects.toThrow();
    expect(fixture.publishers).toHaveLength(1);
  });

  it('whose init segment comes late is waited for, however long it was open', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { brokenMs: 200 } });
    const late = fixture.open('/key/init-stream0.m4s');
    await fixture.publisher();
    // Longer than a broken connection is waited for: what counts is how long another one has waited.
    const started = performance.now();
    while (performance.now() - started < 250) await new Promise(setImmediate);
    const segment = fixture.send('/key/chunk-stream0-1.m4s', frame(0));
    late.end(INIT);
    expect((await segment).status).toBe(200);
    expect(timesOf(await fixture.publisher(), 'stream0')).toBe('0!');
  });

  it('that closes as soon as it has sent, before it was let in, is read all the same', async () => {
    const asked = Promise.withResolvers<void>();
    await using fixture = await CmafServerFixture.start({
      answer: async (seen) => {
        await asked.promise;
        return fixture.yes(seen);
      },
    });
    const socket = connect(fixture.server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const head = `PUT /cmaf/key/init-stream0.m4s HTTP/1.1\r\nHost: x\r\nContent-Length: ${INIT.length}\r\n\r\n`;
    socket.end(Buffer.concat([Buffer.from(head), INIT]));
    await fixture.until(() => fixture.connections.at(-1) === 1 && fixture.publishers.length === 1);
    socket.destroy();
    await fixture.until(() => fixture.connections.at(-1) === 0);
    const segment = fixture.send('/key/chunk-stream0-1.m4s', frame(0));
    asked.resolve();
    expect((await segment).status).toBe(200);
    expect(timesOf(await fixture.publisher(), 'stream0')).toBe('0!');
  });

  it('whose requests overlap is read in the order they came', async () => {
    await using fixture = await CmafServerFixture.start();
    const first = fixture.open('/key/Streams(v).cmfv');
    first.send(INIT);
    await fixture.publisher();
    await fixture.until(() => fixture.receivedBytes > 0);
    const second = fixture.send('/key/Streams(v).cmfv', frame(1));
    first.end(frame(0));
    expect((await second).status).toBe(200);
    expect(timesOf(await fixture.publisher(), 'v')).toBe('0! 1000');
  });

  it('who is gone without a word has left, with an open connection or without', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { silentMs: 30 } });
    const upload = fixture.open('/key/Streams(v).cmfv');
    upload.send(joined([INIT, frame(0)]));
    expect((await fixture.endOf(0)).reason).toBe('timed-out');
    expect((await upload.answer).status).toBe(408);
    await fixture.send('/key/Streams(v).cmfv', joined([INIT, frame(0)]));
    expect((await fixture.endOf(1)).reason).toBe('peer-left');
  });

  it('whose connection breaks in the middle of a fragment loses that one', async () => {
    await using fixture = await CmafServerFixture.start();
    const upload = fixture.open('/key/Streams(v).cmfv');
    upload.send(joined([INIT, frame(0), frame(1).slice(0, -3)]));
    const publisher = await fixture.publisher();
    await fixture.until(() => publisher.tracks.length === 1);
    upload.breakOff();
    expect((await fixture.send('/key/Streams(v).cmfv', joined([INIT, frame(1)]))).status).toBe(200);
    expect(timesOf(publisher, 'v')).toBe('0! 1000');
  });

  it('is sent away in all its tracks', async () => {
    await using fixture = await CmafServerFixture.start();
    const uploads = ['a', 'b'].map((name) => fixture.open(`/key/Streams(${name}).cmfv`));
    for (const upload of uploads) upload.send(joined([INIT, frame(0)]));
    const publisher = await fixture.publisher();
    await fixture.until(() => publisher.tracks.length === 2);
    publisher.handle.close({ code: 'taken-over', sentence: 'Another one has taken over.' });
    for (const upload of uploads) {
      expect(await upload.answer).toMatchObject({ status: 409, text: 'Another one has taken over.\n' });
    }
    expect(publisher.ends).toEqual([{ reason: 'closed-by-us', detail: 'taken-over' }]);
    expect(publisher.handle.isGone).toBe(true);
  });

  it('that sends more than its channel allows is sent away', async () => {
    await using fixture = await CmafServerFixture.start({
      ingestBitrateBpsMax: 8_000,
      limits: { bitrateWindowMs: 1_000 },
    });
    const answer = await fixture.send(
      '/key/Streams(v).cmfv',
      joined([INIT, ...Array.from({ length: 20 }, (_, index) => frame(index))]),
    );
    expect(answer.status).toBe(413);
    expect((await fixture.endOf()).reason).toBe('limit');
  });
});

describe('the stream key', () => {
  const basic = `Basic ${Buffer.from('user:secret').toString('base64')}`;
  it.each([
    ['in the path', '/secret/Streams(v).cmfv', {}],
    ['as the password of Basic', '/Streams(v).cmfv', { authorization: basic }],
    ['as the token of Bearer', '/Streams(v).cmfv', { authorization: 'Bearer secret' }],
  ])('is taken %s', async (_name, path, headers) => {
    await using fixture = await CmafServerFixture.start();
    await fixture.send(path, joined([INIT, frame(0)]), { headers });
    expect((await fixture.publisher()).attempt.streamKey).toBe('secret');
  });

  it('that is missing is asked for', async () => {
    await using fixture = await CmafServerFixture.start();
    const answer = await fixture.send('/Streams(v).cmfv', INIT);
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Basic realm="sluice"' } });
    expect(fixture.refused).toEqual(['stream-key-missing']);
    expect(fixture.publishers).toEqual([]);
  });

  it.each([
    ['unknown-stream-key', 403],
    ['channel-in-use', 409],
    ['too-many-attempts', 429],
    ['server-full', 503],
  ] as const)('that is refused for %s is answered with %i, in all tracks', async (code, status) => {
    const asked = Promise.withResolvers<void>();
    await using fixture = await CmafServerFixture.start({
      answer: async () => {
        await asked.promise;
        return { ok: false, refusal: { code, sentence: 'No.' } };
      },
    });
    const uploads = ['a', 'b'].map((name) => fixture.open(`/secret/Streams(${name}).cmfv`));
    for (const upload of uploads) upload.send(INIT);
    await fixture.until(() => fixture.connections.includes(2));
    asked.resolve();
    for (const upload of uploads) {
      const answer = await upload.answer;
      expect(answer).toMatchObject({ status, text: 'No.\n' });
      expect(JSON.stringify(answer)).not.toContain('secret');
    }
    expect(fixture.receivedBytes).toBe(0);
  });
});

describe('what is no track', () => {
  it.each([
    ['a manifest', 'PUT', '/key/manifest.mpd'],
    ['a playlist', 'POST', '/key/master.m3u8'],
    ['the end of an old segment', 'DELETE', '/key/chunk-stream0-1.m4s'],
  ])('is taken and ignored: %s', async (_name, method, path) => {
    await using fixture = await CmafServerFixture.start();
    expect(
      (await fixture.send(path, method === 'DELETE' ? Buffer.alloc(0) : Buffer.from('<MPD/>'), { method })).status,
    ).toBe(200);
    expect(fixture.publishers).toEqual([]);
  });

  it('is taken for as long as it comes, with a note, where it is timed metadata', async () => {
    await using fixture = await CmafServerFixture.start();
    const metadata = fixture.open('/key/Streams(id3).cmfm');
    metadata.send(rawBox('emsg', new Uint8Array(100)));
    const publisher = await fixture.publisher();
    await fixture.until(() => publisher.warnings.length > 0);
    expect(publisher.warnings[0]).toContain('.cmfm');
    metadata.end();
    expect((await metadata.answer).status).toBe(200);
    expect(publisher.ends).toEqual([]);
  });

  it.each([
    ['GET', '/key/Streams(v).cmfv', 405],
    ['PUT', '/../live/x', 404],
  ])('is refused: %s %s', async (method, path, status) => {
    await using fixture = await CmafServerFixture.start();
    expect((await fixture.send(path, Buffer.alloc(0), { method })).status).toBe(status);
  });

  it('ends with its publisher, where it is timed metadata', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { silentMs: 50 } });
    const metadata = fixture.open('/key/Streams(id3).cmfm');
    metadata.send(rawBox('emsg', new Uint8Array(100)));
    expect((await metadata.answer).status).toBe(408);
    await fixture.until(() => fixture.connections.at(-1) === 0);
  });

  it('may not last, for nobody has said who they are', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { sidecarMs: 50 } });
    const slow = fixture.open('/key/manifest.mpd');
    slow.send(Buffer.from('<MPD>'));
    expect((await slow.answer).status).toBe(408);
    await fixture.until(() => fixture.connections.at(-1) === 0);
  });

  it('is no longer than a manifest', async () => {
    await using fixture = await CmafServerFixture.start();
    expect((await fixture.send('/key/manifest.mpd', Buffer.alloc(1_100_000))).status).toBe(413);
  });
});

describe('a track that cannot be used', () => {
  it.each([
    ['is not CMAF', 400, Buffer.from('this is no box at all, but some text')],
    ['ends in the middle', 400, joined([INIT, frame(0).slice(0, -1)])],
    ['has B-frames', 415, recording('ffmpeg-5.1-b-frames.cmfv')],
  ])('is refused alone: it %s', async (_name, status, bytes) => {
    await using fixture = await CmafServerFixture.start();
    const good = fixture.open('/key/Streams(good).cmfv');
    good.send(joined([INIT, frame(0)]));
    const publisher = await fixture.publisher();
    expect((await fixture.send('/key/Streams(bad).cmfv', bytes)).status).toBe(status);
    good.send(frame(1));
    await fixture.until(() => timesOf(publisher, 'good') === '0! 1000');
    expect(publisher.ends).toEqual([]);
  });
});

it('is told of a track by a name that can be printed', async () => {
  await using fixture = await CmafServerFixture.start();
  const name = encodeURIComponent(`${'v'.repeat(99)}"<b>\n\u202e`);
  expect((await fixture.send(`/key/Streams(${name}.cmfv)`, Buffer.from('this is no box at all'))).status).toBe(400);
  const { warnings } = await fixture.publisher();
  expect(warnings).toEqual([
    `The track "…${'v'.repeat(57)}??b???" cannot be used: box-above-limit: 1952999787 bytes in one  is .`,
  ]);
});

describe('limits', () => {
  it('are kept for publishers', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { publishersMax: 1 } });
    expect((await fixture.send('/one/Streams(v).cmfv', INIT)).status).toBe(200);
    expect((await fixture.send('/two/Streams(v).cmfv', INIT)).status).toBe(503);
    expect(fixture.refused).toEqual(['server-full']);
  });

  it('are kept for connections of one address that belong to nobody who was let in', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { strangersPerAddressMax: 2, headersMs: 100 } });
    const uploads = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      uploads.push(fixture.open(`/key/Streams(${name}).cmfv`));
      uploads.at(-1)?.send(joined([INIT, frame(0)]));
      const { tracks } = await fixture.publisher();
      await fixture.until(() => tracks.length === uploads.length);
    }
    const publisher = await fixture.publisher();
    const openedMs = performance.now();
    const silent = [0, 1].map(() => silentConnection(fixture.server.port));
    await fixture.until(() => fixture.connections.at(-1) === 6);
    await expect(fixture.send('/key/Streams(e).cmfv', INIT)).rejects.toThrow();
    expect(fixture.refused).toEqual(['server-full']);
    await Promise.all(silent);
    // Node by itself would look at them every 30 s.
    expect(performance.now() - openedMs).toBeLessThan(10_000);
    expect((await fixture.send('/key/Streams(e).cmfv', INIT)).status).toBe(200);
    uploads[0]?.send(frame(1));
    await fixture.until(() => timesOf(publisher, 'a') === '0! 1000');
  });

  it('do not count what a publisher who was let in sends beside its tracks', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { strangersPerAddressMax: 1 } });
    const track = fixture.open('/key/Streams(a).cmfv');
    track.send(INIT);
    await fixture.until(() => fixture.receivedBytes > 0);
    const { port } = fixture.server;
    await using kept = new AsyncDisposableStack();
    for (const name of ['one.mpd', 'two.mpd', 'three.mpd']) {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`PUT /cmaf/key/${name} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`),
      );
      kept.defer(() => void socket.destroy());
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toMatch(/^HTTP\/1.1 200/);
    }
    expect(fixture.connections.at(-1)).toBe(4);
    expect(fixture.refused).toEqual([]);
  });

  it('are kept for keys that are tried, and not for those who were let in', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { asksPerNetworkMax: 1 } });
    expect((await fixture.send('/one/Streams(v).cmfv', INIT)).status).toBe(200);
    expect((await fixture.send('/two/Streams(v).cmfv', INIT)).status).toBe(503);
    expect((await fixture.send('/one/Streams(v).cmfv', frame(0))).status).toBe(200);
  });

  it('are kept for tracks', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { tracksMax: 1 } });
    expect((await fixture.send('/key/Streams(a).cmfv', INIT)).status).toBe(200);
    expect((await fixture.send('/key/Streams(b).cmfv', INIT)).status).toBe(422);
    expect((await fixture.send('/key/Streams(a).cmfv', frame(0))).status).toBe(200);
  });

  it('are kept for requests of one track', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { waitingMax: 0 } });
    const first = fixture.open('/key/Streams(a).cmfv');
    first.send(INIT);
    await fixture.until(() => fixture.receivedBytes > 0);
    expect((await fixture.send('/key/Streams(a).cmfv', INIT)).status).toBe(503);
  });
});

describe('fragments that are under way', () => {
  const header = Buffer.from(rawBox('mdat'));
  header.writeUInt32BE(1_000_000);

  it('are so many bytes of all tracks of a publisher, and no more', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { fragmentBytesMax: 1_000_000 } });
    const uploads = ['a', 'b', 'c'].map((name) => fixture.open(`/key/Streams(${name}).cmfv`));
    for (const upload of uploads) upload.send(joined([header, new Uint8Array(150_000)]));
    await fixture.until(() => fixture.receivedBytes === 3 * (header.length + 150_000));
    expect((await fixture.publisher()).ends).toEqual([]);
    for (const upload of uploads) upload.send(new Uint8Array(400_000));
    for (const { answer } of uploads) expect((await answer).status).toBe(422);
    expect(await fixture.endOf()).toEqual({ reason: 'limit', detail: 'tracks-unusable' });
    expect(fixture.refused).toEqual(['tracks-unusable']);
  });

  it('are no longer counted once their connections are gone', async () => {
    await using fixture = await CmafServerFixture.start({ limits: { fragmentBytesMax: 1_000_000 } });
    for (let count = 1; count <= 8; count += 1) {
      const upload = fixture.open(`/key/Streams(${count}).cmfv`);
      upload.send(joined([INIT, frame(0), header, new Uint8Array(400_000)]));
      await fixture.until(() => fixture.receivedBytes > count * 400_000);
      upload.breakOff();
      await fixture.until(() => fixture.connections.at(-1) === 0);
    }
    expect((await fixture.publisher()).ends).toEqual([]);
  });
});

/** Resolves when the server has closed it. */
function silentConnection(port: number): Promise<void> {
  return new Promise((resolve) => {
    connect(port, '127.0.0.1')
      .on('error', () => undefined)
      .on('close', () => resolve())
      .resume();
  });
}

describe('a server that stops', () => {
  it('takes no new publishers, and lets those go on who are there', async () => {
    await using fixture = await CmafServerFixture.start();
    const upload = fixture.open('/key/Streams(v).cmfv');
    upload.send(joined([INIT, frame(0)]));
    const publisher = await fixture.publisher();
    fixture.server.stopAccepting();
    expect((await fixture.send('/other/Streams(v).cmfv', INIT)).status).toBe(503);
    upload.send(frame(1));
    await fixture.until(() => timesOf(publisher, 'v') === '0! 1000');
  });

  it('ends everybody, and leaves no socket', async () => {
    const fixture = await CmafServerFixture.start();
    const upload = fixture.open('/key/Streams(v).cmfv');
    upload.send(INIT);
    await fixture.publisher();
    const { port } = fixture.server;
    await fixture[Symbol.asyncDispose]();
    expect((await fixture.endOf()).detail).toBe('server-draining');
    expect(fixture.connections.at(-1)).toBe(0);
    const refused = new Promise<string | undefined>((resolve) => {
      connect(port, '127.0.0.1').on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(await refused).toBe('ECONNREFUSED');
  });
});
