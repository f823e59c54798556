import { FF_ENCODER_LIBX264 } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { describe, expect, it } from 'vitest';
import { expectGrid } from '../fixtures/expect-grid.ts';
import { type MadeTrack, makeVideo } from '../fixtures/made-source.ts';
import { Stage } from '../fixtures/stage.ts';

const SMALL = { widthPx: 320, heightPx: 180 };
const SDR = 'colorprim=bt709:transfer=bt709:colormatrix=bt709';
const BT601 = 'colorprim=smpte170m:transfer=smpte170m:colormatrix=smpte170m';
const PQ = 'colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc';
/** Chroma of what is drawn, and of the same colour by BT.709 where it was by BT.601 (H.273 §8.3). */
const DRAWN = [100, 170] as const;
const CONVERTED = [104, 169];

const FRAMES = 45;
/** In the midst of what each of two publishers sends. */
const IN_FIRST_SLOT = FRAMES / 2 - 0.5;
const IN_SECOND_SLOT = IN_FIRST_SLOT + FRAMES;

/** Pictures whose colours are stated as x264's options name them. */
async function coloured(params: string, frameCount = FRAMES): Promise<MadeTrack> {
  const options = { preset: 'ultrafast', 'x264-params': `annexb=0:scenecut=0:${params}` };
  return await makeVideo({
    ...SMALL,
    frameCount,
    chroma: DRAWN,
    codec: { name: FF_ENCODER_LIBX264, codec: 'h264', options },
  });
}

/** Whoever sends now sends these. */
async function send(stage: Stage, { config, packets }: MadeTrack): Promise<void> {
  await stage.give(config);
  await stage.play(packets);
}

/** Another publisher takes the place of the one who sends. */
async function follow(stage: Stage, made: MadeTrack): Promise<void> {
  await stage.tell({ kind: 'source-joined' });
  stage.zero();
  await send(stage, made);
}

function chroma(frame: Frame): number[] {
  return [1, 2].map((plane) => frame.data?.[plane]?.[(frame.linesize[plane] ?? 0) * 60 + 80] ?? 0);
}

function expectNear(values: readonly number[], wanted: readonly number[]): void {
  for (const [index, value] of wanted.entries()) expect(Math.abs((values[index] ?? 0) - value)).toBeLessThan(2);
}

describe('a source that states colours', () => {
  it.each(['colormatrix=YCgCo', 'colormatrix=bt2020c', 'transfer=log100', 'colorprim=film'])(
    'is scaled, whatever they are: %s',
    async (params) => {
      const ladder = [
        { heightPx: 180, bitrateBps: 300_000 },
        { heightPx: 90, bitrateBps: 150_000 },
      ];
      const stage = new Stage({ ladder });
      const video = await coloured(params);
      await stage.give(video.config);
      await stage.play(video.packets);
      await stage.stop();
      expect(stage.ended?.reason).toBe('stopped');
      expectGrid(stage);
      const numbers = video.packets.map((_, index) => index);
      expect((await stage.shown('v180')).slice(0, numbers.length)).toEqual(numbers);
      expect((await stage.shown('v90')).slice(0, numbers.length)).toEqual(numbers);
    },
  );

  it.each([
    ['is converted, where it has another matrix than viewers were told', SDR, BT601, CONVERTED],
    ['is left alone, where it has the same', BT601, BT601, DRAWN],
    ['is left alone, where viewers were told none', 'colormatrix=undef', BT601, DRAWN],
    ['is taken for what viewers were told, where it says nothing', BT601, 'colormatrix=undef', DRAWN],
  ])('%s', async (_name, first, second, wanted) => {
    const stage = new Stage();
    await send(stage, await coloured(first));
    await follow(stage, await coloured(second));
    await stage.stop();
    const seen = await stage.seen('v180', chroma);
    expectNear(seen[IN_FIRST_SLOT] ?? [], DRAWN);
    expectNear(seen[IN_SECOND_SLOT] ?? [], wanted);
    expect(stage.warnings).not.toContain('colours-changed');
  });

  it.each([
    [SDR, PQ, true],
    [PQ, SDR, true],
    [PQ, PQ, false],
    [PQ, 'colormatrix=undef', false],
  ])('of another kind than before is told to whoever sends it: first %s, then %s', async (first, second, isTold) => {
    const stage = new Stage();
    await send(stage, await coloured(first));
    expect(stage.warnings).not.toContain('colours-changed');
    await follow(stage, await coloured(second));
    await stage.stop();
    expect(stage.warnings.includes('colours-changed')).toBe(isTold);
  });
});
