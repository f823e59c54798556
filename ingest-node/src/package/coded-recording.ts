import type { MediaGrid, PartAnnounced, RenditionId } from '@sluice/contracts';
import { exportBytes } from '../../../edge/src/export/export-bytes.ts';
import type { ExportSegment, ExportSource } from '../../../edge/src/export/export-source.ts';
import type { PictureSize } from '../transcode/ladder.ts';
import { type CodedTrack, codePictures, V90 } from './coded-programme.ts';
import { Packager } from './packager.ts';
import { A128, fakeBroadcast, STARTED_AT_MS } from './packaging-fixture.ts';

/** For tests: recordings of the coded programme, as nodes store them and the edge exports them. */

/** A recording's objects as they lie in a bucket, and what a window would say of them. */
export class CodedRecording {
  readonly objects = new Map<string, Uint8Array>();
  readonly segments = new Map<RenditionId, ExportSegment[]>();

  addInit(renditionId: RenditionId, initVersion: number, bytes: Uint8Array): void {
    this.objects.set(`${renditionId}/init-${initVersion}`, bytes);
  }

  addSegment(segment: ExportSegment, bytes: Uint8Array): void {
    this.objects.set(`${segment.renditionId}/${segment.msn}`, bytes);
    this.#list(segment.renditionId).push(segment);
  }

  addGap(segment: Omit<ExportSegment, 'isGap'>): void {
    this.#list(segment.renditionId).push({ ...segment, isGap: true });
  }

  source(timescalesHz: Readonly<Record<string, number>>): ExportSource {
    const track = (id: RenditionId) => ({ timescaleHz: timescalesHz[id] ?? 1, segments: this.#list(id) });
    const object = (name: string) => {
      const bytes = this.objects.get(name);
      if (bytes === undefined) throw new Error(`nothing is stored under ${name}`);
      return Uint8Array.from(bytes);
    };
    return {
      startedAtMs: STARTED_AT_MS,
      video: track(V90),
      audio: track(A128),
      reader: {
        readInit: async (renditionId, initVersion) => object(`${renditionId}/init-${initVersion}`),
        openSegment: async ({ renditionId, msn }) => {
          const body = object(`${renditionId}/${msn}`);
          return { sizeBytes: body.length, body };
        },
      },
    };
  }

  #list(renditionId: RenditionId): ExportSegment[] {
    const list = this.segments.get(renditionId) ?? [];
    this.segments.set(renditionId, list);
    return list;
  }
}

/** The file that is exported of it, whole. */
export async function exportedFile(source: ExportSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of exportBytes(source)) pieces.push(bytes);
  return Buffer.concat(pieces);
}

export interface Stretch {
  readonly size: PictureSize;
  readonly grid: MediaGrid;
  readonly initVersion: number;
  readonly msns: readonly number[];
  /** The last segment is closed short after so many parts. */
  readonly lastParts?: number;
}

/** What one node stores and announces of some segments. */
export async function addStretch(recording: CodedRecording, sound: CodedTrack, stretch: Stretch): Promise<void> {
  const { size, grid, initVersion, msns, lastParts = grid.partsPerSegment } = stretch;
  const { description } = fakeBroadcast('ultra', grid.frameRate);
  const picture = await codePictures(size, grid, msns);
  const renditions = description.renditions.flatMap((each) => {
    if (each.id === 'v720') return [];
    const own = each.kind === 'video' ? { ...each, ...size, id: V90 } : each;
    const { configuration } = each.kind === 'video' ? picture : sound;
    return [{ ...own, initVersion, configuration: Buffer.from(configuration).toString('base64') }];
  });
  const [firstMsn = 1, lastMsn = firstMsn] = [msns[0], msns.at(-1)];
  const next = { [V90]: { msn: firstMsn, partIndex: 0 } };
  const packager = new Packager({ description: { ...description, renditions }, next });
  for (const { renditionId, bytes } of packager.inits) recording.addInit(renditionId, initVersion, bytes);
  const parts = [...picture.frames, ...sound.frames].flatMap((frame) => packager.push(frame, STARTED_AT_MS) ?? []);
  for (const renditionId of [V90, A128]) {
    for (const msn of msns) {
      const own = parts.filter(({ announced }) => announced.renditionId === renditionId && announced.msn === msn);
      const listed = own.slice(0, msn === lastMsn ? lastParts : undefined);
      const announced = listed.map((part) => part.announced);
      // The object of a segment that was closed short may still have all that its node made.
      recording.addSegment(segmentOf(announced), Buffer.concat(own.map(({ bytes }) => bytes)));
    }
  }
}

function segmentOf(parts: readonly PartAnnounced[]): ExportSegment {
  const [first] = parts;
  if (first === undefined) throw new Error('a segment without parts');
  const { msn, renditionId, initVersion, startTicks } = first;
  const durationTicks = parts.reduce((sum, part) => sum + part.durationTicks, 0);
  return { msn, renditionId, initVersion, startTicks, durationTicks, isGap: false };
}
