import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceEvent, SourcePacket } from '../../media/source.ts';
import { expectGrid } from '../fixtures/expect-grid.ts';
import { interleave, makeAudio, makeVideo } from '../fixtures/made-source.ts';
import { Stage } from '../fixtures/stage.ts';

/** Whatever bytes a publisher sends, the session goes on: the grid is whole, and it ends when it is told to. */

const video = await makeVideo({ widthPx: 160, heightPx: 90, frameCount: 60, keyframeEvery: 15 });
const audio = await makeAudio({ durationS: 2 });
const packets = interleave(video, audio);

async function survives(stage: Stage): Promise<void> {
  await stage.stop();
  expect(stage.ended?.reason).toBe('stopped');
  // Told to stop before its first slot was due (noise that a sound decoder took for sound), it has none.
  if (stage.broadcast !== undefined && stage.frames.size > 0) expectGrid(stage);
}

describe('a damaged bitstream', () => {
  it('costs its own pictures, is counted and told, and is got over', async () => {
    const stage = new Stage();
    await stage.give(video.config);
    await stage.give(audio.config);
    const isDamaged = ({ dtsUs }: SourcePacket) => dtsUs > 700_000 && dtsUs < 900_000;
    await stage.play(
      packets.map((packet) => (isDamaged(packet) ? { ...packet, payload: new Uint8Array(200).fill(0x5a) } : packet)),
    );
    await stage.waitMore(500_000);
    expect(stage.stats.decodeErrorCount).toBeGreaterThan(3);
    expect(stage.warnings).toContain('decode-errors');
    await survives(stage);
    const shown = await stage.shown('v90');
    expect(shown.slice(40, 60)).toEqual(Array.from({ length: 20 }, (_, index) => 40 + index));
  });

  it('of any kind harms nothing else', async () => {
    const damage = fc.record({
      packet: fc.nat({ max: packets.length - 1 }),
      at: fc.nat({ max: 1_000 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      kind: fc.constantFrom('overwrite', 'cut', 'replace', 'empty'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 60 }), async (damages) => {
        const damaged = packets.map((packet) => ({ ...packet, payload: Uint8Array.from(packet.payload) }));
        for (const { packet, at, bytes, kind } of damages) {
          const target = damaged[packet];
          if (target === undefined) continue;
          const from = at % (target.payload.length + 1);
          if (kind === 'overwrite') target.payload.set(bytes.subarray(0, target.payload.length - from), from);
          else if (kind === 'cut') target.payload = target.payload.slice(0, from);
          else target.payload = kind === 'replace' ? bytes : new Uint8Array(0);
        }
        const stage = new Stage();
        await stage.give(video.config);
        await stage.give(audio.config);
        await stage.play(damaged);
        await survives(stage);
      }),
      { numRuns: 12 },
    );
  });

  it('in a configuration is as if there were none', async () => {
    const config = fc.record({
      codec: fc.constantFrom('h264', 'hevc', 'av1', 'vp9', 'aac', 'opus', 'mp3'),
      extradata: fc.oneof(
        fc.uint8Array({ maxLength: 100 }),
        fc.record({ at: fc.nat(), value: fc.nat({ max: 255 }) }).map(({ at, value }) => {
          const bytes = Uint8Array.from(video.config.kind === 'video-config' ? video.config.extradata : []);
          bytes[at % bytes.length] = value;
          return bytes;
        }),
      ),
      numbers: fc.record({
        sampleRateHz: fc.integer({ min: -1, max: 2 ** 31 }),
        channelCount: fc.integer({ min: -1, max: 600 }),
      }),
    });
    await fc.assert(
      fc.asyncProperty(config, async ({ codec, extradata, numbers }) => {
        const stage = new Stage();
        await stage.give(configOf(codec, extradata, numbers));
        await stage.play(packets.slice(0, 40));
        await survives(stage);
      }),
      {
        numRuns: 40,
        examples: [[{ codec: 'opus', extradata: new Uint8Array(0), numbers: { sampleRateHz: 0, channelCount: 0 } }]],
      },
    );
  });
});

function configOf(
  codec: 'h264' | 'hevc' | 'av1' | 'vp9' | 'aac' | 'opus' | 'mp3',
  extradata: Uint8Array,
  numbers: { sampleRateHz: number; channelCount: number },
): SourceEvent {
  if (codec === 'aac' || codec === 'opus' || codec === 'mp3')
    return { kind: 'audio-config', codec, extradata, ...numbers };
  return { kind: 'video-config', codec, extradata };
}
