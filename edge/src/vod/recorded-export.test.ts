import { RenditionId } from '@sluice/contracts';
import { expect, it } from 'vitest';
import { refused } from '../channel/channel-replies.ts';
import type { ExportSegment } from '../export/export-source.ts';
import type { ExportOrder } from '../export/route.ts';
import { Recording } from '../recording/recording.ts';
import { A128, STARTED_AT_MS, V360, V720 } from '../testing/test-broadcast.ts';
import { r2Bucket } from '../testing/test-buckets.ts';
import { TestRecording } from '../testing/test-recording.ts';
import { recordedExport } from './recorded-export.ts';

const BEST: ExportOrder = { videoId: undefined, audioId: undefined, heightPxMax: undefined };
const SEGMENT_TICKS = 64_000;

function exported(recording: TestRecording, order: Partial<ExportOrder> = {}) {
  return recordedExport(Recording.of(recording.manifest()), r2Bucket().store, { ...BEST, ...order });
}

function found(recording: TestRecording, order: Partial<ExportOrder> = {}) {
  const known = exported(recording, order);
  if (known.kind === 'refused') throw new Error(known.code);
  return known;
}

function pictures(recording: TestRecording): ExportSegment[] {
  return [...(found(recording, { videoId: V720 }).source.video?.segments ?? [])];
}

function recorded(options: ConstructorParameters<typeof TestRecording>[0] = {}, partCount = 12): TestRecording {
  const recording = new TestRecording(options);
  recording.goOn(0, partCount);
  return recording;
}

it('has all segments of a rendition, where they are on the broadcast’s clock, and in how many parts they were made', () => {
  const { source } = found(recorded());
  expect([source.startedAtMs, source.video?.timescaleHz, source.audio?.timescaleHz]).toEqual([
    STARTED_AT_MS,
    30_000,
    48_000,
  ]);
  expect([...(source.video?.segments ?? [])]).toEqual(
    [1, 2, 3].map((msn) => ({
      msn,
      renditionId: V720,
      initVersion: 0,
      startTicks: (msn - 1) * SEGMENT_TICKS,
      durationTicks: SEGMENT_TICKS,
      isGap: false,
      partCount: 4,
    })),
  );
  const sound = [...(source.audio?.segments ?? [])];
  expect(sound.map(({ renditionId, startTicks }) => [renditionId, startTicks])).toEqual(
    [0, 1, 2].map((index) => [A128, index * 102_400]),
  );
});

it('has no parts to look for where a broadcast has none', () => {
  const [segment] = pictures(recorded({ profile: 'standard' }, 2));
  expect(segment).not.toHaveProperty('partCount');
});

it('reads what was lent under the name of who lent it', () => {
  const loan = { renditionId: V720, lentBy: V360, fromMsn: 2, toMsn: 3 };
  expect(pictures(recorded({ loans: [loan] })).map(({ renditionId }) => renditionId)).toEqual([V720, V360, V720]);
});

it('has a gap where a part is missing', () => {
  const recording = recorded({}, 4);
  recording.announce(recording.broadcast.parts(4, 8).map((part) => ({ ...part, isGap: part.partIndex === 2 })));
  recording.goOn(8, 12);
  expect(pictures(recording).map(({ isGap, durationTicks }) => [isGap, durationTicks])).toEqual([
    [false, SEGMENT_TICKS],
    [true, SEGMENT_TICKS],
    [false, SEGMENT_TICKS],
  ]);
});

it('goes on behind a seam under the init segment of other encoders, after a segment that was cut short', () => {
  const recording = recorded({}, 4);
  recording.announce(
    recording.broadcast.parts(4, 6).map((part) => ({ ...part, isLastOfSegment: part.partIndex === 1 })),
  );
  recording.redescribe(16);
  recording.goOn(8, 12, { initVersion: 16 });
  expect(
    pictures(recording).map(({ initVersion, startTicks, durationTicks, partCount }) => [
      initVersion,
      startTicks / SEGMENT_TICKS,
      durationTicks / SEGMENT_TICKS,
      partCount,
    ]),
  ).toEqual([
    [0, 0, 1, 4],
    [0, 1, 0.5, 2],
    [16, 2, 1, 4],
  ]);
});

it.each<[what: string, order: Partial<ExportOrder>, ids: unknown]>([
  ['the best of both where nothing is named', {}, [V720, A128]],
  ['the best that the token goes as far as', { heightPxMax: 480 }, [V360, A128]],
  ['sound alone where no picture is that small', { heightPxMax: 240 }, [undefined, A128]],
  ['a picture alone where that is named', { videoId: V360 }, [V360, undefined]],
  ['sound alone where that is named', { audioId: A128 }, [undefined, A128]],
  ['both that are named', { videoId: V360, audioId: A128 }, [V360, A128]],
])('takes %s', (_what, order, ids) => {
  const { videoId, audioId, source } = found(recorded(), order);
  expect([videoId, audioId]).toEqual(ids);
  expect([source.video === undefined, source.audio === undefined]).toEqual([
    videoId === undefined,
    audioId === undefined,
  ]);
});

it('is nothing where a rendition that is named is not there', () => {
  const order = { videoId: RenditionId.parse('v1080'), audioId: A128 };
  expect(exported(recorded(), order)).toEqual(refused('no-such-rendition'));
});

it('is nothing where the token goes as far as nothing', () => {
  const recording = recorded({ renditionIds: [V720] });
  expect(exported(recording, { heightPxMax: 480 })).toEqual(refused('no-such-media'));
});
