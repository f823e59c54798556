import { fileURLToPath } from 'node:url';
import { RenditionId } from '@sluice/contracts';
import pino from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BroadcastImage } from '../media/broadcast-image.ts';
import type { EncodedBroadcast, EncodedFrame } from '../media/encoded.ts';
import type { SourcePacket } from '../media/source.ts';
import { type ChildCommand, childCommand } from './child-command.ts';
import { STDERR_LINES_MAX } from './stderr-tail.ts';
import {
  spawnTranscoderChild,
  Transcoder,
  type TranscoderExit,
  type TranscoderLimits,
  type TranscoderListener,
  type TranscoderStats,
  type TranscoderWarning,
} from './transcoder.ts';

const STAND_IN = fileURLToPath(new URL('./fixtures/stand-in.ts', import.meta.url));
/** So long that only a test of it reaches it. */
const PATIENT: TranscoderLimits = {
  readyWithinMs: 60_000,
  killAfterMs: 60_000,
  silentMsMax: 60_000,
  waitingBytesMax: 1_000_000,
};
const IMPATIENT: TranscoderLimits = { ...PATIENT, readyWithinMs: 1, killAfterMs: 1 };

function standIn(program: string): ChildCommand {
  return { file: process.execPath, args: ['--disable-warning=ExperimentalWarning', STAND_IN, program], env: {} };
}

/** Everything a transcoder told, in order, and promises of what a test waits for. */
class Told implements TranscoderListener {
  readonly order: string[] = [];
  readonly frames: EncodedFrame[] = [];
  readonly images: BroadcastImage[] = [];
  readonly warnings: TranscoderWarning[] = [];
  readonly rests: { readonly renditionIds: readonly RenditionId[]; readonly fromMsn: number }[] = [];
  readonly #broadcast = Promise.withResolvers<EncodedBroadcast>();
  readonly #warned = Promise.withResolvers<void>();
  readonly #drained = Promise.withResolvers<void>();
  readonly #toldHowItGoes = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<TranscoderExit>();
  readonly broadcast = this.#broadcast.promise;
  readonly warned = this.#warned.promise;
  readonly drained = this.#drained.promise;
  readonly toldHowItGoes = this.#toldHowItGoes.promise;
  readonly exited = this.#exited.promise;

  onBroadcast(broadcast: EncodedBroadcast): void {
    this.order.push('broadcast');
    this.#broadcast.resolve(broadcast);
  }
  onFrame(frame: EncodedFrame): void {
    this.order.push('frame');
    this.frames.push(frame);
  }
  onImage(image: BroadcastImage): void {
    this.order.push(image.kind);
    this.images.push(image);
  }
  onResting(renditionIds: readonly RenditionId[], fromMsn: number): void {
    this.order.push('resting');
    this.rests.push({ renditionIds, fromMsn });
  }
  onWarning(warning: TranscoderWarning): void {
    this.warnings.push(warning);
    this.#warned.resolve();
  }
  onStats(_stats: TranscoderStats): void {
    this.order.push('stats');
    this.#toldHowItGoes.resolve();
  }
  onDrain(): void {
    this.#drained.resolve();
  }
  onExit(exit: TranscoderExit): void {
    this.order.push('exit');
    this.#exited.resolve(exit);
  }
}

const running: Transcoder[] = [];

function start(command: ChildCommand, limits: Partial<TranscoderLimits> = {}) {
  const told = new Told();
  const child = spawnTranscoderChild(command);
  const options = { profile: 'low', ladder: 'auto', cpuCount: 1, logger: pino({ level: 'silent' }), child } as const;
  const transcoder = new Transcoder({ ...options, limits: { ...PATIENT, ...limits } }, told);
  running.push(transcoder);
  return { transcoder, told, pid: child.pid ?? 0 };
}

function packet(payload: Uint8Array, ptsUs = 0): SourcePacket {
  return { kind: 'video', ptsUs, dtsUs: ptsUs, isKeyframe: true, payload };
}

describe('the parent of a transcoder', () => {
  afterEach(async () => {
    await Promise.all(running.splice(0).map((transcoder) => transcoder.stop()));
  });

  it('hands packets in and coded frames out, byte for byte and in order', async () => {
    const { transcoder, told } = start(standIn('behaves'));
    const payloads = [1, 70_000, 0, 3_000_000].map((bytes, index) => new Uint8Array(bytes).fill(index + 1));
    for (const payload of payloads) transcoder.push(packet(payload));
    const { description } = await told.broadcast;
    expect(description.renditions).toMatchObject([{ id: 'v360', configuration: 'AQID' }]);
    expect(await transcoder.stop()).toMatchObject({ reason: 'stopped', exitCode: 0, signal: null });
    expect(told.order).toEqual(['broadcast', 'frame', 'frame', 'frame', 'frame', 'exit']);
    for (const [index, payload] of payloads.entries()) {
      expect(Buffer.compare(told.frames[index]?.payload ?? new Uint8Array(1), payload)).toBe(0);
    }
  });

  it('tells the child when a publisher left and joined, and pushes nothing after a stop', async () => {
    const { transcoder } = start(standIn('repeats'));
    transcoder.push(packet(new Uint8Array(1)));
    transcoder.sourceLeft();
    transcoder.sourceJoined();
    const stopped = transcoder.stop();
    expect(transcoder.push(packet(new Uint8Array(1)))).toBe(true);
    transcoder.sourceLeft();
    expect((await stopped).sentence).toContain('start video source-left source-joined stop');
  });

  it('hands on which pictures rest, and what the child answers to each order', async () => {
    const { transcoder, told } = start(standIn('rests'));
    const [v360, v180] = [RenditionId.parse('v360'), RenditionId.parse('v180')];
    transcoder.push(packet(new Uint8Array(1)));
    await told.broadcast;
    transcoder.rest([v360]);
    transcoder.rest([v180, v180]);
    transcoder.rest([]);
    await transcoder.stop();
    transcoder.rest([v360]);
    expect(told.rests).toEqual([
      { renditionIds: [v360], fromMsn: 2 },
      { renditionIds: [v180], fromMsn: 3 },
      { renditionIds: [], fromMsn: 4 },
    ]);
    expect(told.order).toEqual(['broadcast', 'resting', 'resting', 'resting', 'exit']);
  });

  it('hands on images, byte for byte', async () => {
    const { told } = start(standIn('shows-itself'));
    await told.exited;
    const [sprite, bytes] = [{ firstSlot: 7, tileCount: 2, tileWidthPx: 160, tileHeightPx: 90 }, told.images[0]?.bytes];
    expect(told.images).toEqual([
      { kind: 'thumbnail', slot: 7, bytes },
      { kind: 'sprite', sprite, bytes },
    ]);
    expect([...(bytes ?? [])]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
  });

  it('refuses an order that no child could follow, and one before there is a broadcast is none', async () => {
    const { transcoder, told } = start(standIn('rests'));
    const [v360, v180, v720] = ['v360', 'v180', 'v720'].map((id) => RenditionId.parse(id));
    if (v360 === undefined || v180 === undefined || v720 === undefined) throw new Error('three ids');
    transcoder.rest([v360]);
    transcoder.push(packet(new Uint8Array(1)));
    await told.broadcast;
    expect(() => transcoder.rest([v720])).toThrow(/unknown-rendition/);
    expect(() => transcoder.rest([v360, v180])).toThrow(/all-pictures/);
    await transcoder.stop();
    expect(told.rests).toEqual([]);
  });

  it('does not hand on a packet without a time', async () => {
    const { transcoder } = start(standIn('repeats'));
    transcoder.push(packet(new Uint8Array(1), Number.NaN));
    transcoder.push(packet(new Uint8Array(1), Number.POSITIVE_INFINITY));
    expect((await transcoder.stop()).sentence).toContain('start stop');
  });

  it('gives the same exit to everybody who asks it to stop, before and after', async () => {
    const { transcoder, told } = start(standIn('behaves'));
    const [first, second] = await Promise.all([transcoder.stop(), transcoder.stop()]);
    expect(first).toBe(second);
    expect(await transcoder.stop()).toBe(await told.exited);
    expect(transcoder.state).toBe('exited');
  });

  it('kills a child that is never ready, with SIGKILL where SIGTERM does nothing', async () => {
    const { told } = start(standIn('is-never-ready'), IMPATIENT);
    const exit = await told.exited;
    expect(exit.reason).toBe('not-started');
    expect(exit.signal).toMatch(/^SIG(KILL|TERM)$/);
  });

  it.each([
    ['does-not-stop', 'did-not-stop'],
    // It has said why it ended, and that stands.
    ['does-not-leave', 'stopped'],
  ])('kills a child that %s', async (program, reason) => {
    const { transcoder, told } = start(standIn(program), { killAfterMs: 600 });
    await vi.waitFor(() => expect(transcoder.state).toBe('ready'), 10_000);
    expect(await transcoder.stop()).toMatchObject({ reason, signal: 'SIGKILL' });
    expect(told.order.at(-1)).toBe('exit');
  });

  it('kills what the child started, too: nothing keeps its pipes open', async () => {
    const { transcoder } = start(standIn('leaves-a-process'), { killAfterMs: 200 });
    await vi.waitFor(() => expect(transcoder.state).toBe('ready'), 10_000);
    // The exit is told when the pipes are closed, and the second process holds them as long as it lives.
    expect((await transcoder.stop()).reason).toBe('did-not-stop');
  });

  it('tells of a child that dies, with the last lines it wrote', async () => {
    const { told } = start(standIn('dies'));
    const exit = await told.exited;
    expect(exit).toMatchObject({ reason: 'crashed', exitCode: 3, signal: null });
    expect(exit.stderrLines).toEqual(['the first line', 'the last line']);
    expect(exit.sentence).toContain('the last line');
  });

  it('tells of a child that dies by a signal', async () => {
    const { told } = start(standIn('dies-by-a-signal'));
    expect(await told.exited).toMatchObject({ reason: 'crashed', exitCode: null, signal: 'SIGKILL' });
  });

  it('tells of a program that cannot be started', async () => {
    const { told } = start({ file: '/there/is/no/such/program', args: [], env: {} });
    expect(await told.exited).toMatchObject({ reason: 'not-started' });
  });

  it.each([
    ['breaks-the-framing', []],
    ['sends-what-is-no-message', []],
    ['is-ready-twice', []],
    ['rests-everything', ['broadcast']],
    ['rests-before-it-begins', []],
    ['shows-itself-before-it-begins', []],
    ['sends-what-is-no-image', ['broadcast']],
    ['sends-an-image-too-large', ['broadcast']],
    ['floods-images', ['broadcast', ...Array.from({ length: 8 }, () => 'thumbnail')]],
  ])('ends a child that %s', async (program, before) => {
    const { told } = start(standIn(program), { killAfterMs: 200 });
    expect(await told.exited).toMatchObject({ reason: 'broke-protocol' });
    expect(told.order).toEqual([...before, 'exit']);
  });

  it('keeps what the child says of its own end', async () => {
    const { told } = start(standIn('is-overloaded'));
    expect(await told.exited).toMatchObject({ reason: 'overloaded', exitCode: 0 });
  });

  it('is not held up by logs without end, and keeps little of them', async () => {
    const { transcoder, told } = start(standIn('floods-its-logs'));
    transcoder.push(packet(new Uint8Array(1)));
    await told.broadcast;
    const { stderrLines, reason } = await transcoder.stop();
    expect(reason).toBe('stopped');
    expect(stderrLines.length).toBeLessThanOrEqual(STDERR_LINES_MAX);
    expect(Math.max(...stderrLines.map((line) => line.length))).toBeLessThanOrEqual(500);
  });

  it('takes frames as fast as they come, and tells the exit after the last of them', async () => {
    const { told } = start(standIn('floods-frames'));
    expect((await told.exited).reason).toBe('stopped');
    expect(told.frames.map((frame) => frame.ptsTicks)).toEqual(Array.from({ length: 3_000 }, (_, n) => n * 1_000));
  });

  it('says when its pipe is full, and when there is room again', async () => {
    const { transcoder, told, pid } = start(standIn('reads-late'));
    await told.warned;
    let pushed = 0;
    while (transcoder.push(packet(new Uint8Array(10_000).fill(7)))) pushed += 1;
    expect(pushed).toBeGreaterThan(0);
    process.kill(pid, 'SIGUSR2');
    await told.drained;
    expect(transcoder.push(packet(new Uint8Array(1)))).toBe(true);
    await transcoder.stop();
    // The packet that was answered with `false` was taken all the same.
    expect(told.frames).toHaveLength(pushed + 2);
  });

  it('holds no more for a child that does not read than its limit, and loses packets from there', async () => {
    const { transcoder, told, pid } = start(standIn('reads-late'), { waitingBytesMax: 300_000 });
    await told.warned;
    for (let count = 0; count < 400; count += 1) transcoder.push(packet(new Uint8Array(10_000)));
    process.kill(pid, 'SIGUSR2');
    await told.drained;
    await transcoder.stop();
    // What waits in the system's own pipe counts, too: some hundred kilobytes.
    expect(told.frames.length).toBeGreaterThan(20);
    expect(told.frames.length).toBeLessThan(100);
  });

  it('stops a child that does not read, however much waits for it', async () => {
    const { transcoder, told } = start(standIn('does-not-read'), { killAfterMs: 200 });
    await vi.waitFor(() => expect(transcoder.state).toBe('ready'), 10_000);
    for (let count = 0; count < 100; count += 1) transcoder.push(packet(new Uint8Array(10_000)));
    expect((await transcoder.stop()).reason).toBe('did-not-stop');
    expect(told.order).toEqual(['exit']);
  });

  it('kills a child that hangs, with SIGKILL at once, and no other', async () => {
    const { transcoder, told, pid } = start(standIn('tells-how-it-goes'), { silentMsMax: 1_000 });
    await vi.waitFor(() => expect(told.order.length).toBeGreaterThan(60), 10_000);
    expect(transcoder.state).toBe('ready');
    process.kill(pid, 'SIGSTOP');
    expect(await told.exited).toMatchObject({ reason: 'stuck', signal: 'SIGKILL' });
  });

  it('takes no word of a child for silence that it did not hear because it was busy itself', async () => {
    const { transcoder, told } = start(standIn('tells-how-it-goes'), { silentMsMax: 200 });
    await told.toldHowItGoes;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    const toldCount = told.order.length;
    await vi.waitFor(() => expect(told.order.length).toBeGreaterThan(toldCount + 10), 10_000);
    expect(transcoder.state).toBe('ready');
  });

  it('kills a child at once that its owner gives up', async () => {
    const { transcoder, told } = start(standIn('does-not-read'));
    await vi.waitFor(() => expect(transcoder.state).toBe('ready'), 10_000);
    transcoder.giveUp('It takes nothing.');
    transcoder.giveUp('Once is enough.');
    expect(await told.exited).toMatchObject({ reason: 'stuck', signal: 'SIGKILL' });
    expect((await told.exited).sentence).toContain('It takes nothing.');
  });

  it('gives the child nothing of our environment', async () => {
    process.env.SLUICE_TEST_SECRET = 'not for children';
    const real = childCommand(process.execPath);
    const { told } = start({ ...standIn('tells-its-environment'), env: real.env });
    const { stderrLines } = await told.exited;
    delete process.env.SLUICE_TEST_SECRET;
    expect(stderrLines).toEqual(['NODE_ENV', 'UV_THREADPOOL_SIZE']);
  });
});
