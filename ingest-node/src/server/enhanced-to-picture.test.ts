/** From FFmpeg's own RTMP client, through the server, to pictures and sound that the transcoder has decoded. */
import { describe, expect, it } from 'vitest';
import type { SourcePacket } from '../media/source.ts';
import { expectGrid } from '../transcode/fixtures/expect-grid.ts';
import { Stage } from '../transcode/fixtures/stage.ts';
import { ffmpegPublishes } from './ffmpeg-process-fixture.ts';
import { ServerFixture } from './rtmp-server-fixture.ts';
import type { SeenPublisher } from './seeing-node-fixture.ts';

/** A child has to load FFmpeg and to encode, on a machine that may be busy. */
const TIMEOUT_MS = 90_000;
/** A segment is 2.13 s, and silence fills what is left of it at the end. */
const SECONDS = 2;
const FRAMES = 15 * SECONDS;

async function published(video: string, audio: string): Promise<SeenPublisher> {
  await using fixture = await ServerFixture.start();
  const { said } = await ffmpegPublishes(
    ...[fixture.url('key'), '--video', video, '--audio', audio, '--seconds', String(SECONDS)],
  );
  expect(said).toBe('');
  await fixture.endOf();
  return await fixture.publisher();
}

/** Plays what a publisher sent to a transcoder, in its own time. */
async function transcoded({ events }: SeenPublisher): Promise<Stage> {
  const stage = new Stage({ ladder: [{ heightPx: 90, bitrateBps: 200_000 }] });
  const packets: SourcePacket[] = [];
  for (const event of events) {
    if (event.kind === 'video' || event.kind === 'audio') packets.push(event);
    else await stage.give(event);
  }
  await stage.play(packets);
  await stage.stop();
  return stage;
}

describe('Enhanced RTMP becomes pictures and sound:', { timeout: TIMEOUT_MS }, () => {
  it.each([
    ['h264', 'aac'],
    ['hevc', 'opus'],
    ['av1', 'aac'],
    ['vp9', 'mp3'],
  ])('%s and %s', async (video, audio) => {
    const stage = await transcoded(await published(video, audio));
    expectGrid(stage);
    expect(stage.stats).toMatchObject({ decodeErrorCount: 0, slateCount: 0, freshCount: FRAMES });
    expect(stage.stats.silenceSampleCount).toBeLessThan(12_000);
    expect(stage.broadcast?.description.renditions).toMatchObject([{ widthPx: 160, heightPx: 90 }, { kind: 'audio' }]);
    expect(stage.warnings).toEqual([]);
  });

  it('the first track of each kind, where there are several, and the others are named once', async () => {
    const seen = await published('hevc,h264', 'opus,aac,aac');
    expect(seen.events.flatMap((event) => ('codec' in event ? [event.codec] : [])).sort()).toEqual(['hevc', 'opus']);
    expect([...seen.warnings].sort()).toEqual([
      'Only audio track 0 is used; track 1, 2 was left out.',
      'Only video track 0 is used; track 1 was left out.',
    ]);
    const stage = await transcoded(seen);
    expectGrid(stage);
    expect(stage.stats).toMatchObject({ decodeErrorCount: 0, slateCount: 0, freshCount: FRAMES });
  });
});
