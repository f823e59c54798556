import { describe, expect, it, vi } from 'vitest';
import { StoreError } from '../media/store-error.ts';
import { ExportedRecording } from '../testing/exported-recording.ts';
import { readMovie } from '../testing/read-movie.ts';
import { exportBody } from './export-answer.ts';
import { exportBytes } from './export-bytes.ts';
import { ExportError } from './export-error.ts';
import type { ExportReader, ExportSegment, OpenedSegment } from './export-source.ts';

const SEGMENTS = 30;
const FOUR = [16, 16, 16, 16];

function longRecording(): ExportedRecording {
  return new ExportedRecording(Array.from({ length: SEGMENTS }, () => ({ framesOfParts: FOUR })));
}

/** A bucket that tells what was asked of it: each body comes in pieces, and may break off. */
class WatchedReader implements ExportReader {
  readonly opened: string[] = [];
  openBodies = 0;
  readonly #inner: ExportReader;
  readonly #breaks: (name: string, tries: number) => boolean;

  constructor(recording: ExportedRecording, breaks: (name: string, tries: number) => boolean = () => false) {
    this.#inner = recording.reader;
    this.#breaks = breaks;
  }

  readInit(...which: Parameters<ExportReader['readInit']>) {
    return this.#inner.readInit(...which);
  }

  async openSegment(segment: ExportSegment, fromByte: number): Promise<OpenedSegment> {
    const name = `${segment.renditionId}/${segment.msn}`;
    this.opened.push(name);
    const { sizeBytes, body } = await this.#inner.openSegment(segment, fromByte);
    if (!(body instanceof Uint8Array)) throw new Error('the recording is in memory');
    const tries = this.opened.filter((each) => each === name).length;
    return { sizeBytes, body: this.#stream(body, this.#breaks(name, tries)) };
  }

  #stream(bytes: Uint8Array, breaks: boolean): ReadableStream<Uint8Array> {
    this.openBodies += 1;
    let at = 0;
    return new ReadableStream({
      type: 'bytes',
      pull: (controller) => {
        if (breaks && at > bytes.length / 2) {
          this.openBodies -= 1;
          controller.error(new StoreError('unreachable', 'the connection was reset'));
          return;
        }
        const piece = bytes.slice(at, at + 300);
        at += piece.length;
        if (piece.length > 0) controller.enqueue(piece);
        if (at === bytes.length) {
          this.openBodies -= 1;
          controller.close();
          // A read that is waiting for more than came is answered by this.
          controller.byobRequest?.respond(0);
        }
      },
      cancel: () => {
        this.openBodies -= 1;
      },
    });
  }
}

async function bodyOf(recording: ExportedRecording, reader: ExportReader): Promise<ReadableStream<Uint8Array>> {
  return exportBody(exportBytes(recording.sourceOf(reader)));
}

async function readAll(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(body).arrayBuffer());
}

describe('an export goes at the pace of its client', () => {
  it('with a few files open ahead, and no more, however long it waits', async () => {
    const recording = longRecording();
    const reader = new WatchedReader(recording);
    const body = await bodyOf(recording, reader);
    expect(reader.opened).toEqual(['v720/1', 'a128/1', 'v720/2', 'a128/2']);
    let boxesRead = 0;
    for await (const bytes of body) {
      if (bytes.length === 8 && String.fromCharCode(...bytes.subarray(4)) === 'mdat') boxesRead += 1;
      // Another client takes a whole file meanwhile: whoever reads ahead without being asked has all that time for it.
      if (boxesRead % 7 === 0) await readAll(await bodyOf(recording, recording.reader));
      expect(new Set(reader.opened).size - boxesRead).toBeLessThanOrEqual(4);
      expect(reader.openBodies).toBeLessThanOrEqual(4);
    }
    expect([boxesRead, new Set(reader.opened).size, reader.openBodies]).toEqual([2 * SEGMENTS, 2 * SEGMENTS, 0]);
  });

  it('and ends with it: nothing more is read, and nothing stays open', async () => {
    const recording = longRecording();
    const reader = new WatchedReader(recording);
    const client = (await bodyOf(recording, reader)).getReader();
    for (let chunk = 0; chunk < 12; chunk += 1) await client.read();
    const openedSoFar = reader.opened.length;
    expect(openedSoFar).toBeLessThan(2 * SEGMENTS);
    await client.cancel('the tab was closed');
    expect([reader.opened.length, reader.openBodies]).toEqual([openedSoFar, 0]);
  });

  it('and does not begin to read files for a client that has gone at once', async () => {
    const recording = longRecording();
    const reader = new WatchedReader(recording);
    await (await bodyOf(recording, reader)).cancel();
    expect([reader.opened.length, reader.openBodies]).toEqual([4, 0]);
  });
});

describe('a body that breaks off', () => {
  it('is asked for anew from there, and the file is the same', async () => {
    const recording = longRecording();
    const reader = new WatchedReader(recording, (name, tries) => name.endsWith('3') && tries < 3);
    const file = await readAll(await bodyOf(recording, reader));
    expect(file).toEqual(await readAll(await bodyOf(recording, recording.reader)));
    expect(readMovie(file).map(({ samples }) => samples.length)).toEqual([64 * SEGMENTS, 100 * SEGMENTS]);
    expect(reader.opened.filter((name) => name === 'v720/3').length).toBe(3);
  });

  it('again and again breaks the file off: it does not look as if it had ended, and the log has it', async () => {
    const recording = longRecording();
    const reader = new WatchedReader(recording, (name) => name === 'v720/20');
    const lines = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const body = await bodyOf(recording, reader);
    await expect(readAll(body)).rejects.toThrow();
    expect(reader.openBodies).toBe(0);
    const [line] = lines.mock.calls.at(-1) ?? [];
    expect(JSON.parse(String(line))).toMatchObject({
      message: 'an export was broken off',
      reason: expect.stringContaining('unreachable'),
    });
  });

  it('in the middle of what a segment should be is no end, either', async () => {
    const recording = longRecording();
    recording.files.set('v720/9', (recording.files.get('v720/9') ?? new Uint8Array(0)).slice(0, -1));
    await expect(readAll(await bodyOf(recording, recording.reader))).rejects.toThrow(ExportError);
  });

  it('nor is a file that has gone since', async () => {
    const recording = longRecording();
    recording.files.delete('a128/25');
    await expect(readAll(await bodyOf(recording, recording.reader))).rejects.toThrow('nothing is stored under a128/25');
  });
});
