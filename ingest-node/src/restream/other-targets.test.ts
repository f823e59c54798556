import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { RestreamTargetId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { madeCertificate } from '../server/certificate-fixture.ts';
import { ServerFixture } from '../server/rtmp-server-fixture.ts';
import { filteredArch } from '../transcode/confinement/filtered-arch.ts';
import { spawnTranscoderChild } from '../transcode/transcoder.ts';
import type { ListenerReport } from './ffmpeg-listener-fixture.ts';
import { pusherCommand } from './pusher-command.ts';
import {
  expectNoSecrets,
  freePort,
  KEY,
  OTHER_TARGET,
  published,
  RestreamStage,
  TEST_MS,
  targetUrl,
} from './restream-stage.ts';

describe('a push over RTMPS', () => {
  it(
    'takes no certificate that nobody vouches for',
    async () => {
      await using target = await ServerFixture.start({ tls: await madeCertificate() });
      await using stage = await RestreamStage.open();
      stage.publish();
      stage.target({ url: targetUrl(target, 'rtmps'), streamKey: KEY });
      expect(await stage.untilState('failing')).toMatchObject({
        reason: 'certificate-invalid',
        sentence: "The target's certificate is not valid (DEPTH_ZERO_SELF_SIGNED_CERT).",
      });
      expect(target.publishers).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'takes one that the node was told to trust, for its own name only',
    async () => {
      const certificate = await madeCertificate('elsewhere.example');
      await using target = await ServerFixture.start({ tls: certificate });
      await using stage = await RestreamStage.open({ authorities: certificate.cert });
      stage.publish();
      stage.target(
        { url: targetUrl(target, 'rtmps'), streamKey: KEY },
        { id: OTHER_TARGET, url: `rtmps://localhost:${target.server.port}/live`, streamKey: 'other' },
      );
      await stage.untilState('live');
      expect((await target.publisher()).attempt).toMatchObject({ streamKey: KEY, protocol: 'rtmps' });
      expect(await stage.untilState('failing', OTHER_TARGET)).toMatchObject({
        reason: 'certificate-invalid',
        sentence: "The target's certificate is not valid (ERR_TLS_CERT_ALTNAME_INVALID).",
      });
    },
    TEST_MS,
  );

  it(
    'says so where the target does not speak TLS',
    async () => {
      await using target = await ServerFixture.start();
      await using stage = await RestreamStage.open();
      stage.publish();
      stage.target({ url: targetUrl(target, 'rtmps'), streamKey: KEY });
      expect(await stage.untilState('failing')).toMatchObject({ reason: 'handshake-failed' });
    },
    TEST_MS,
  );
});

describe('a push', () => {
  it(
    'goes to no address inside of the network, whatever its name',
    async () => {
      await using target = await ServerFixture.start();
      await using stage = await RestreamStage.open({ arePrivateTargetsAllowed: false });
      stage.publish();
      const hosts = ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'];
      const ids = hosts.map((_, index) => RestreamTargetId.parse(`target${index}`.padEnd(10, '0')));
      const { port } = target.server;
      stage.target(
        ...hosts.map((host, index) => ({ id: ids[index], url: `rtmp://${host}:${port}/live`, streamKey: KEY })),
      );
      for (const id of ids)
        expect(await stage.untilState('failing', id)).toMatchObject({ reason: 'address-not-public' });
      expect(target.connections).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'says so where a name leads nowhere',
    async () => {
      await using stage = await RestreamStage.open();
      stage.publish();
      stage.target({ url: 'rtmp://nowhere.invalid/live', streamKey: KEY });
      expect(await stage.untilState('failing')).toMatchObject({ reason: 'name-not-found' });
      expectNoSecrets(stage, 'nowhere.invalid');
    },
    TEST_MS,
  );

  it(
    'says so where somebody answers in another protocol',
    async () => {
      const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      await using stage = await RestreamStage.open();
      stage.publish();
      stage.target({ url: `rtmp://127.0.0.1:${address.port}/live`, streamKey: KEY });
      expect(await stage.untilState('failing')).toMatchObject({ reason: 'handshake-failed' });
      server.close();
    },
    TEST_MS,
  );

  it(
    'ends a process that hangs, and tries again',
    async () => {
      const started: number[] = [];
      const hang = () => {
        const stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'];
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio, detached: true, env: {} });
        started.push(child.pid ?? 0);
        return child;
      };
      await using stage = await RestreamStage.open({ spawn: hang, pusherLimits: { silentMsMax: 100 } });
      stage.publish();
      stage.target({ url: 'rtmp://127.0.0.1/live', streamKey: KEY });
      expect(await stage.untilState('failing')).toMatchObject({ reason: 'node-failed' });
      await stage.untilState('connecting');
      expect(() => process.kill(started[0] ?? 0, 0)).toThrow('ESRCH');
    },
    TEST_MS,
  );

  it.runIf(filteredArch() !== undefined)(
    'tells nothing to its process in arguments or environment, and confines it once it is connected',
    async () => {
      const pids: number[] = [];
      const spawnPusher = () => {
        const child = spawnTranscoderChild(pusherCommand(process.execPath));
        pids.push(child.pid ?? 0);
        return child;
      };
      await using target = await ServerFixture.start();
      await using stage = await RestreamStage.open({ spawn: spawnPusher });
      stage.publish();
      stage.target({ url: targetUrl(target), streamKey: KEY });
      await stage.untilState('live');
      const of = (file: string) => readFileSync(`/proc/${pids[0]}/${file}`, 'latin1');
      expect(of('cmdline')).toContain('restream/child/main.ts');
      expect(of('cmdline') + of('environ')).not.toMatch(/SECRET|127\.0\.0\.1/);
      expect(of('status')).toMatch(/^Seccomp:\t2$/m);
      expect(stage.logLines.join()).not.toContain('not confined');
    },
    TEST_MS,
  );

  it(
    'is not tried where the protocol does not carry the source',
    async () => {
      await using stage = await RestreamStage.open({ source: await published('--video', 'av1') });
      stage.publish();
      stage.target({ url: 'srt://127.0.0.1:9' });
      expect(await stage.untilState('unsupported')).toMatchObject({
        reason: 'unsupported-codec',
        sentence: 'SRT with MPEG-TS does not carry AV1.',
      });
    },
    TEST_MS,
  );
});

describe('FFmpeg', () => {
  async function listens(words: readonly string[]): Promise<ListenerReport> {
    const program = fileURLToPath(new URL('ffmpeg-listener-fixture.ts', import.meta.url));
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (text) => {
      printed += String(text);
    });
    await once(child, 'close');
    return JSON.parse(printed);
  }
  const seen = { codecs: ['aac', 'h264'], size: '320x180', beginsWithKeyframe: true, isMonotonic: true };

  it(
    'decodes what is pushed to its RTMP server',
    async () => {
      const target = `rtmp://127.0.0.1:${await freePort('tcp')}/live`;
      await using stage = await RestreamStage.open();
      stage.publish();
      const report = listens([`${target}/key`, '--pictures', '30']);
      stage.target({ url: target, streamKey: 'key' });
      expect(await report).toMatchObject({ ...seen, pictureCount: 30 });
    },
    TEST_MS,
  );

  it(
    'decodes what is pushed to its SRT listener, encrypted',
    async () => {
      const target = `srt://127.0.0.1:${await freePort('udp')}`;
      await using stage = await RestreamStage.open();
      stage.publish();
      const report = listens([target, '--pictures', '30', '--passphrase', 'a secret of srt']);
      stage.target({ url: `${target}?passphrase=a%20secret%20of%20srt`, streamKey: KEY });
      await stage.untilState('live');
      expect(await report).toMatchObject({ ...seen, pictureCount: 30 });
      expectNoSecrets(stage, 'a secret of srt', 'a%20secret');
    },
    TEST_MS,
  );

  it(
    'refuses another passphrase, which is told apart from nobody being there',
    async () => {
      const target = `srt://127.0.0.1:${await freePort('udp')}`;
      await using stage = await RestreamStage.open();
      stage.publish();
      stage.target({ url: `${target}?passphrase=0123456789`, streamKey: KEY });
      expect(await stage.untilState('failing')).toMatchObject({ reason: 'unreachable' });
      const report = listens([target, '--pictures', '1', '--passphrase', 'a secret of srt']);
      expect(await stage.until(({ state, reason }) => state === 'failing' && reason === 'refused')).toBeDefined();
      stage.target({ url: `${target}?passphrase=a%20secret%20of%20srt`, streamKey: KEY });
      expect(await report).toMatchObject({ pictureCount: 1 });
      expectNoSecrets(stage, '0123456789');
    },
    TEST_MS,
  );
});
