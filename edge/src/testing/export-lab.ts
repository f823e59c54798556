import { AAC_FRAME_SAMPLES, RenditionId } from '@sluice/contracts';
import { exportBody, exportHeaders } from '../export/export-answer.ts';
import { exportBytes } from '../export/export-bytes.ts';
import type { ExportReader, ExportSegment, ExportSource } from '../export/export-source.ts';

/**
 * A Worker that exports a recording which another server has, over real HTTP on both sides. `/export?segments=10` is the
 * export; `/plain?segments=10` sends the same files one after the other and does nothing else: the least that it could cost.
 */

/** Where the recording is; its segments are all alike. */
interface LabBindings {
  readonly ORIGIN: string;
}

const V720 = RenditionId.parse('v720');
const A128 = RenditionId.parse('a128');
/** Of `low` at 30 fps: 64 pictures, 100 frames of sound. */
const VIDEO = { timescaleHz: 30_000, segmentTicks: 64_000 };
const AUDIO = { timescaleHz: 48_000, segmentTicks: 100 * AAC_FRAME_SAMPLES };

export default {
  async fetch(request: Request, { ORIGIN }: LabBindings): Promise<Response> {
    const url = new URL(request.url);
    const segmentCount = Number(url.searchParams.get('segments'));
    if (url.pathname === '/plain') return new Response(plain(ORIGIN, segmentCount));
    const body = await exportBody(exportBytes(sourceOf(ORIGIN, segmentCount)));
    return new Response(body, { headers: exportHeaders({ fileName: 'lab.mp4' }) });
  },
};

function sourceOf(origin: string, segmentCount: number): ExportSource {
  const track = (renditionId: RenditionId, { timescaleHz, segmentTicks }: typeof VIDEO) => ({
    timescaleHz,
    segments: Array.from({ length: segmentCount }, (_, index): ExportSegment => {
      const times = { startTicks: index * segmentTicks, durationTicks: segmentTicks };
      return { msn: index + 1, renditionId, initVersion: 0, isGap: false, ...times };
    }),
  });
  const reader: ExportReader = {
    readInit: async (renditionId) => new Uint8Array(await (await fetch(`${origin}/${renditionId}/init`)).arrayBuffer()),
    openSegment: async ({ renditionId, msn }, fromByte) => {
      const answer = await fetch(`${origin}/${renditionId}/${msn}?from=${fromByte}`);
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      return { sizeBytes: fromByte + Number(answer.headers.get('content-length')), body: answer.body };
    },
  };
  return { startedAtMs: Date.UTC(2026, 10, 26), video: track(V720, VIDEO), audio: track(A128, AUDIO), reader };
}

function plain(origin: string, segmentCount: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new IdentityTransformStream();
  const pour = async () => {
    for (let msn = 1; msn <= segmentCount; msn += 1) {
      for (const renditionId of [V720, A128]) {
        const { body } = await fetch(`${origin}/${renditionId}/${msn}?from=0`);
        await body?.pipeTo(writable, { preventClose: true });
      }
    }
    await writable.close();
  };
  void pour();
  return readable;
}
