import { once } from 'node:events';
import { mediaGrid, RenditionId } from '@sluice/contracts';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { EncodedBroadcast, EncodedFrame } from '../media/encoded.ts';
import { expectGrid } from './fixtures/expect-grid.ts';
import { interleave, makeAudio, makeVideo } from './fixtures/made-source.ts';
import { spawnTranscoderChild, Transcoder, type TranscoderListener } from './transcoder.ts';
import { messageHead } from './wire.ts';

/** The real child in a process of its own. What it does with media is in child/session.test.ts. */

class Received implements TranscoderListener {
  readonly frames = new Map<string, EncodedFrame[]>();
  /** Who waits for a rendition to have more frames than so many. */
  readonly #awaited: { readonly renditionId: string; readonly count: number; readonly resolve: () => void }[] = [];
  readonly #described = Promise.withResolvers<void>();
  readonly described = this.#described.promise;
  readonly rests: { readonly renditionIds: readonly RenditionId[]; readonly fromMsn: number }[] = [];
  readonly #answered = Promise.withResolvers<number>();
  readonly answered = this.#answered.promise;
  broadcast: EncodedBroadcast | undefined;

  onBroadcast(broadcast: EncodedBroadcast): void {
    expect(this.frames.size).toBe(0);
    this.broadcast = broadcast;
    this.#described.resolve();
  }
  onFrame(frame: EncodedFrame): void {
    const frames = [...(this.frames.get(frame.renditionId) ?? []), frame];
    this.frames.set(frame.renditionId, frames);
    for (const { renditionId, count, resolve } of this.#awaited) {
      if (renditionId === frame.renditionId && frames.length > count) resolve();
    }
  }
  untilMoreThan(count: number, renditionId: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited.push({ renditionId, count, resolve });
    if ((this.frames.get(renditionId)?.length ?? 0) > count) resolve();
    return promise;
  }
  onImage(): void {}
  onResting(renditionIds: readonly RenditionId[], fromMsn: number): void {
    this.rests.push({ renditionIds, fromMsn });
    this.#answered.resolve(fromMsn);
  }
  onWarning(): void {}
  onStats(): void {}
  onDrain(): void {}
  onExit(): void {}
}

function start(): { transcoder: Transcoder; received: Received } {
  const received = new Received();
  const options = { profile: 'ultra', ladder: 'auto', cpuCount: 1, logger: pino({ level: 'silent' }) } as const;
  return { transcoder: new Transcoder(options, received), received };
}

describe('the child of a transcoder', () => {
  it('makes a broadcast of what comes through its pipe, ends it when told, and is gone', async () => {
    const { transcoder, received } = start();
    const [video, audio] = [
      await makeVideo({ widthPx: 854, heightPx: 480, frameCount: 45 }),
      await makeAudio({ durationS: 1.5 }),
    ];
    transcoder.push({ kind: 'metadata', widthPx: 854, heightPx: 480, frameRate: 30 });
    transcoder.push(video.config);
    transcoder.push(audio.config);
    for (const packet of interleave(video, audio)) transcoder.push(packet);
    await received.described;
    expect(await transcoder.stop()).toMatchObject({ reason: 'stopped', exitCode: 0, signal: null, stderrLines: [] });
    expect(received.broadcast?.description.renditions.map(({ id }) => id)).toEqual(['v480', 'v360', 'a128']);
    expect(Math.abs((received.broadcast?.description.startedAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(expectGrid(received).segmentCount).toBeGreaterThan(0);
  });

  it('lets a picture rest from the segment on that it tells, and not before', async () => {
    const { transcoder, received } = start();
    const [video, audio] = [
      await makeVideo({ widthPx: 854, heightPx: 480, frameCount: 90 }),
      await makeAudio({ durationS: 3 }),
    ];
    transcoder.push({ kind: 'metadata', widthPx: 854, heightPx: 480, frameRate: 30 });
    transcoder.push(video.config);
    transcoder.push(audio.config);
    const packets = interleave(video, audio);
    for (const packet of packets.splice(0, 20)) transcoder.push(packet);
    await received.described;
    const v480 = RenditionId.parse('v480');
    transcoder.rest([v480]);
    const fromMsn = await received.answered;
    for (const packet of packets) transcoder.push(packet);
    const { framesPerSegment } = mediaGrid('ultra', { num: 30, den: 1 });
    // What comes is shown as time passes: who stops at once has nothing of the next segment yet.
    await received.untilMoreThan((fromMsn - 1) * framesPerSegment, 'v360');
    expect(await transcoder.stop()).toMatchObject({ reason: 'stopped', exitCode: 0 });
    expect(received.rests).toEqual([{ renditionIds: [v480], fromMsn }]);
    expect(received.frames.get('v480')).toHaveLength((fromMsn - 1) * framesPerSegment);
  });

  it('ends without a broadcast where nothing came', async () => {
    const { transcoder, received } = start();
    expect(await transcoder.stop()).toMatchObject({ reason: 'stopped', exitCode: 0 });
    expect(received.broadcast).toBeUndefined();
  });

  it.each([
    ['its pipe from the parent is closed', 3],
    ['its pipe to the parent is closed', 4],
  ])('does not outlive its parent: it ends when %s', async (_name, pipe) => {
    const child = spawnTranscoderChild();
    const output = child.stdio[4];
    if (output == null || !('read' in output)) throw new Error('a child without pipes');
    await once(output, 'readable');
    child.stdio[pipe]?.destroy();
    // Something to be written, where only that shows that nobody reads.
    const input = child.stdio[3];
    if (input != null && 'write' in input && pipe === 4) {
      input.write(messageHead({ kind: 'start', profile: 'low', ladder: 'auto', cpuCount: 1 }, 0));
    }
    const [exitCode, signal] = await once(child, 'exit');
    expect({ exitCode, signal }).toEqual({ exitCode: 2, signal: null });
    for (const stream of child.stdio) stream?.destroy();
  });

  it('dies of what is no message, with a word on stderr', async () => {
    const child = spawnTranscoderChild();
    const received = new Received();
    const options = { profile: 'low', ladder: 'auto', cpuCount: 1, logger: pino({ level: 'silent' }), child } as const;
    const exited = Promise.withResolvers<string>();
    const transcoder = new Transcoder(
      options,
      Object.assign(received, { onExit: ({ sentence }: { sentence: string }) => exited.resolve(sentence) }),
    );
    const input = child.stdio[3];
    if (input == null || !('write' in input)) throw new Error('a child without pipes');
    input.write(messageHead({ kind: 'made-up' }, 0));
    expect(await exited.promise).toContain('exit code 1');
    expect(transcoder.state).toBe('exited');
    expect((await transcoder.stop()).stderrLines.join('\n')).toContain('ZodError');
  });
});
