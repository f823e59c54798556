import { describe, expect, it } from 'vitest';
import type { SourcePacket } from '../media/source.ts';
import { ServerFixture, UNKNOWN_KEY } from '../server/rtmp-server-fixture.ts';
import type { SeenPublisher } from '../server/seeing-node-fixture.ts';
import { makeVideo } from '../transcode/fixtures/made-source.ts';
import {
  expectNoSecrets,
  freePort,
  KEY,
  madeSource,
  OTHER_TARGET,
  published,
  RestreamStage,
  TARGET,
  TEST_MS,
  targetUrl,
} from './restream-stage.ts';

function packetsOf({ events }: SeenPublisher, kind: SourcePacket['kind']): SourcePacket[] {
  return events.filter((event): event is SourcePacket => event.kind === kind);
}

function isGrowing(packets: readonly SourcePacket[]): boolean {
  return packets.every(({ dtsUs }, index) => index === 0 || dtsUs > (packets[index - 1]?.dtsUs ?? dtsUs));
}

function hex({ payload }: SourcePacket): string {
  return Buffer.from(payload).toString('hex');
}

describe('a push over RTMP', () => {
  it(
    'brings what the publisher sends as it is, from a keyframe on',
    async () => {
      await using target = await ServerFixture.start();
      await using stage = await RestreamStage.open();
      stage.publish(7_000_000_000);
      stage.target({ url: targetUrl(target), streamKey: KEY });
      expect(await stage.untilState('live')).toMatchObject({ targetId: TARGET, droppedPackets: 0 });
      const seen = await target.publisher();
      expect(seen.attempt).toMatchObject({ streamKey: KEY, protocol: 'rtmp' });
      await target.until(() => packetsOf(seen, 'video').length > 40);
      const source = await madeSource();
      const [video, audio] = [packetsOf(seen, 'video'), packetsOf(seen, 'audio')];
      expect(video[0]).toMatchObject({ isKeyframe: true, dtsUs: 0 });
      expect(video.slice(0, 30).map(hex)).toEqual(source.packets.filter(({ kind }) => kind === 'video').map(hex));
      expect(audio.slice(1, 30).every((packet) => source.packets.some((sent) => hex(sent) === hex(packet)))).toBe(true);
      expect(isGrowing(video) && isGrowing(audio)).toBe(true);
      expect(await stage.metrics.registry.metrics()).toContain(
        `sluice_ingest_restream_live{channel="demo",target="${TARGET}"} 1`,
      );
      expectNoSecrets(stage);
    },
    TEST_MS,
  );

  it(
    'tells the target exactly what the owner wrote',
    async () => {
      await using target = await ServerFixture.start();
      await using stage = await RestreamStage.open();
      stage.publish();
      const base = `rtmp://127.0.0.1:${target.server.port}`;
      stage.target(
        { url: `${base}/live`, streamKey: 'a:b|c[d]=e,f;g' },
        { id: OTHER_TARGET, url: `${base}/live/it's?x=y`, streamKey: '%5Cx~!@$^*()?token=a:b' },
      );
      await target.publisher(1);
      const keys = target.publishers.map(({ attempt }) => [attempt.streamKey, attempt.query]);
      expect(keys.sort()).toEqual([
        ['\\x~!@$^*()', 'token=a:b'],
        ['a:b|c[d]=e,f;g', undefined],
      ]);
    },
    TEST_MS,
  );

  it(
    'waits while the publisher is away, and goes on over the same connection when it is back',
    async () => {
      await using target = await ServerFixture.start();
      await using stage = await RestreamStage.open();
      stage.publish(90_000_000);
      stage.target({ url: targetUrl(target), streamKey: KEY });
      await stage.untilState('live');
      const seen = await target.publisher();
      await target.until(() => packetsOf(seen, 'video').length > 20);
      stage.leave();
      expect(await stage.untilState('waiting')).toMatchObject({ reason: 'publisher-absent' });
      const before = packetsOf(seen, 'video').length;
      // Its clock begins anew, and at nearly the same time.
      stage.publish(89_000_000);
      await stage.untilState('live');
      await target.until(() => packetsOf(seen, 'video').length > before + 10);
      const video = packetsOf(seen, 'video');
      expect(isGrowing(video)).toBe(true);
      // FFmpeg's muxer has held the last picture until then.
      const seam = video.findIndex(({ isKeyframe }, index) => index >= before && isKeyframe);
      expect(seam - before).toBeLessThanOrEqual(1);
      expect((video[seam]?.dtsUs ?? 0) - (video[seam - 1]?.dtsUs ?? 0)).toBeLessThan(200_000);
      expect([target.publishers.length, seen.ends]).toEqual([1, []]);
    },
    TEST_MS,
  );

  it(
    'is refused where the key is wrong, in the words of the target, and tried again',
    async () => {
      const sentence = `No channel has the key ${KEY}.`;
      const no = { ...UNKNOWN_KEY, refusal: { ...UNKNOWN_KEY.refusal, sentence } };
      await using target = await ServerFixture.start({ answer: async () => no });
      await using stage = await RestreamStage.open();
      stage.publish();
      stage.target({ url: targetUrl(target), streamKey: KEY });
      expect(await stage.untilState('failing')).toMatchObject({ reason: 'refused', sentBytes: expect.any(Number) });
      expect((await stage.untilState('failing')).sentence).toMatch(
        /^The target refused: .*No channel has the key \*\*\*\.$/,
      );
      await target.until(() => target.publishers.length > 1);
      expect(await stage.metrics.registry.metrics()).toContain(
        'sluice_ingest_restream_failures_total{reason="refused"}',
      );
      expectNoSecrets(stage);
    },
    TEST_MS,
  );

  it(
    'comes back when a target does',
    async () => {
      const port = await freePort('tcp');
      await using stage = await RestreamStage.open();
      stage.publish();
      stage.target({ url: `rtmp://127.0.0.1:${port}/live`, streamKey: KEY });
      expect(await stage.untilState('failing')).toMatchObject({
        reason: 'unreachable',
        sentence: 'The target was not reached (ECONNREFUSED).',
      });
      const first = await ServerFixture.start({ port });
      await stage.untilState('live');
      await first[Symbol.asyncDispose]();
      await stage.untilState('failing');
      await using second = await ServerFixture.start({ port });
      await stage.untilState('live');
      const seen = await second.publisher();
      await second.until(() => packetsOf(seen, 'video').length > 0);
      expect(packetsOf(seen, 'video')[0]).toMatchObject({ isKeyframe: true, dtsUs: 0 });
      expectNoSecrets(stage);
    },
    TEST_MS,
  );

  it(
    'is of targets that come, change and go while the broadcast is live',
    async () => {
      await using one = await ServerFixture.start();
      await using other = await ServerFixture.start();
      await using stage = await RestreamStage.open();
      stage.publish();
      stage.target({ url: targetUrl(one), streamKey: 'first' });
      await stage.untilState('live');
      stage.target(
        { url: targetUrl(one), streamKey: 'first' },
        { id: OTHER_TARGET, url: targetUrl(other), streamKey: 'other' },
      );
      await stage.untilState('live', OTHER_TARGET);
      expect((await other.publisher()).attempt.streamKey).toBe('other');
      stage.target({ url: targetUrl(one), streamKey: 'second' });
      expect(await stage.untilState('stopped', OTHER_TARGET)).toMatchObject({ reason: 'removed' });
      expect((await one.publisher(1)).attempt.streamKey).toBe('second');
      for (const target of [one, other]) expect(await target.endOf()).toMatchObject({ reason: 'unpublished' });
      await stage.untilState('live');
      expect((await one.publisher(1)).ends).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'ends with the broadcast, once its last packets have left',
    async () => {
      await using target = await ServerFixture.start();
      await using stage = await RestreamStage.open();
      stage.publish();
      stage.target({ url: targetUrl(target), streamKey: KEY });
      await stage.untilState('live');
      stage.leave();
      const last: SourcePacket = {
        kind: 'audio',
        ptsUs: 2_000_000,
        dtsUs: 2_000_000,
        isKeyframe: true,
        payload: Buffer.from('last'),
      };
      stage.push(last);
      await stage.end();
      expect(await target.endOf()).toMatchObject({ reason: 'unpublished' });
      expect(packetsOf(await target.publisher(), 'audio').map(hex)).toContain(hex(last));
      expect(stage.told.at(-1)).toMatchObject({ state: 'stopped', reason: 'broadcast-ended' });
      expect(stage.told.at(-1)?.sentBytes).toBeGreaterThan(10_000);
      expect(await stage.metrics.registry.metrics()).not.toContain(TARGET);
    },
    TEST_MS,
  );

  it(
    'begins anew where the publisher sends another format',
    async () => {
      await using target = await ServerFixture.start();
      await using stage = await RestreamStage.open();
      stage.publish();
      stage.target({ url: targetUrl(target), streamKey: KEY });
      await stage.untilState('live');
      const larger = await makeVideo({ widthPx: 640, heightPx: 360, frameCount: 1 });
      stage.push(larger.config);
      expect(await stage.untilState('connecting')).toMatchObject({ reason: 'source-changed' });
      for (const packet of larger.packets) stage.push(packet);
      const seen = await target.publisher(1);
      await target.until(() => seen.events.some(({ kind }) => kind === 'video-config'));
      const config = seen.events.find((event) => event.kind === 'video-config');
      expect(config && Buffer.compare(config.extradata, larger.config.extradata)).toBe(0);
    },
    TEST_MS,
  );

  it(
    'leaves packets out up to a keyframe where the target is slow, and says so',
    async () => {
      await using target = await ServerFixture.start();
      const source = await madeSource();
      // What a socket holds is some megabytes: with pictures of 200 kB it is full in a second.
      const packets = source.packets.map((packet, index) =>
        packet.kind === 'video' ? { ...packet, payload: Buffer.alloc(200_000, index) } : packet,
      );
      await using stage = await RestreamStage.open({ source: { ...source, packets } });
      stage.publish();
      stage.target({ url: targetUrl(target), streamKey: KEY });
      const seen = await target.publisher();
      await stage.untilState('live');
      seen.handle.setPaused(true);
      expect(await stage.until(({ reason }) => reason === 'too-slow')).toMatchObject({
        state: 'live',
        droppedPackets: expect.any(Number),
      });
      seen.handle.setPaused(false);
      const gapAfter = () => {
        const video = packetsOf(seen, 'video');
        return video.findIndex(({ dtsUs }, index) => dtsUs - (video[index - 1]?.dtsUs ?? dtsUs) > 100_000);
      };
      await target.until(() => gapAfter() > 0);
      expect(packetsOf(seen, 'video')[gapAfter()]?.isKeyframe).toBe(true);
      expect(seen.ends).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'is given up where the target takes nothing',
    async () => {
      await using target = await ServerFixture.start();
      const source = await madeSource();
      const packets = source.packets.map((packet) =>
        packet.kind === 'video' ? { ...packet, payload: Buffer.alloc(200_000) } : packet,
      );
      const queueLimits = { playQueueBytesMax: 500_000, playSlowMs: 100 };
      await using stage = await RestreamStage.open({ source: { ...source, packets }, queueLimits });
      stage.publish();
      stage.target({ url: targetUrl(target), streamKey: KEY });
      await stage.untilState('live');
      (await target.publisher()).handle.setPaused(true);
      expect(await stage.untilState('failing')).toMatchObject({ reason: 'too-slow' });
    },
    TEST_MS,
  );

  it(
    'carries HEVC and Opus as Enhanced RTMP',
    async () => {
      await using target = await ServerFixture.start();
      const source = await published('--video', 'hevc', '--audio', 'opus');
      await using stage = await RestreamStage.open({ source });
      stage.publish();
      stage.target({ url: targetUrl(target), streamKey: KEY });
      const seen = await target.publisher();
      await target.until(() => packetsOf(seen, 'video').length > 5 && packetsOf(seen, 'audio').length > 5);
      const codecs = seen.events.flatMap((event) => ('codec' in event ? [event.codec] : []));
      expect(new Set(codecs)).toEqual(new Set(['hevc', 'opus']));
      const sent = source.packets.filter(({ kind }) => kind === 'video');
      expect(packetsOf(seen, 'video').slice(0, 5).map(hex)).toEqual(sent.slice(0, 5).map(hex));
    },
    TEST_MS,
  );
});
