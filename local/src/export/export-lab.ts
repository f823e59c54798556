import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { mediaGrid, type RenditionId } from '@sluice/contracts';
import { build } from 'esbuild';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { Packager } from '../../../ingest-node/src/package/packager.ts';
import {
  A128,
  audioFrame,
  fakeBroadcast,
  V720,
  videoFrame,
} from '../../../ingest-node/src/package/packaging-fixture.ts';
import { COMPATIBILITY_DATE } from '../edge-runtime.ts';

const FRAME_RATE = { num: 30, den: 1 };
const AUDIO_FRAME_BYTES = 341;

export interface ExportLab extends AsyncDisposable {
  readonly url: string;
  /** Which files were asked for, in that order: `v720/1`. */
  readonly asked: readonly string[];
  /** Of one segment, picture and sound together. */
  readonly segmentBytes: number;
}

export interface ExportLabOptions {
  readonly videoBitrateBps: number;
  /** A file of which only the first half ever comes. */
  readonly broken?: string;
}

/** The edge's export in workerd, and a server that has a recording for it, as long as is asked for. */
export async function startExportLab({ videoBitrateBps, broken }: ExportLabOptions): Promise<ExportLab> {
  const files = recordingFiles(videoBitrateBps);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = request.url?.replace(/^\/|\?.*$/g, '') ?? '';
    if (!name.endsWith('init')) asked.push(name);
    serve({ files, request, response, name, isBroken: name === broken });
  });
  const origin = await listen(server);
  const entry = fileURLToPath(new URL('../../../edge/src/testing/export-lab.ts', import.meta.url));
  const built = await build({ entryPoints: [entry], bundle: true, format: 'esm', target: 'es2024', write: false });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      modules: [{ type: 'ESModule', path: 'lab.js', contents: built.outputFiles[0]?.text ?? '' }],
      compatibilityDate: COMPATIBILITY_DATE,
      bindings: { ORIGIN: origin },
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: () => undefined,
    }),
  );
  const url = (await miniflare.ready).origin;
  const segmentBytes = [...files].reduce((sum, [name, { length }]) => sum + (name.endsWith('segment') ? length : 0), 0);
  return {
    url,
    asked,
    segmentBytes,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await miniflare.dispose();
    },
  };
}

interface Asked {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly name: string;
  readonly isBroken: boolean;
}

function serve({ files, request, response, name, isBroken }: Asked): void {
  const [rendition = '', file] = name.split('/');
  const fromByte = Number(new URL(request.url ?? '', 'http://origin.test').searchParams.get('from'));
  const bytes = files.get(`${rendition}/${file === 'init' ? 'init' : 'segment'}`)?.subarray(fromByte);
  if (bytes === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-length': bytes.length });
  if (isBroken) response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  else response.end(bytes);
}

/** One segment of each rendition, and their init segments: media as our packager writes it, of no pictures. */
function recordingFiles(videoBitrateBps: number): ReadonlyMap<string, Uint8Array> {
  const grid = mediaGrid('low', FRAME_RATE);
  const packager = new Packager(fakeBroadcast('low', FRAME_RATE));
  const pictureBytes = Math.round((videoBitrateBps / 8) * (FRAME_RATE.den / FRAME_RATE.num));
  const frames = [
    ...Array.from({ length: grid.framesPerSegment }, (_, index) => videoFrame(V720, grid, index)),
    ...Array.from({ length: 100 }, (_, index) => audioFrame(index)),
  ];
  const parts = frames.flatMap((frame) => {
    const payload = new Uint8Array(frame.renditionId === A128 ? AUDIO_FRAME_BYTES : pictureBytes).fill(frame.ptsTicks);
    return packager.push({ ...frame, payload }, 0) ?? [];
  });
  const segment = (id: RenditionId) =>
    Buffer.concat(parts.filter(({ announced }) => announced.renditionId === id).map(({ bytes }) => bytes));
  const inits = packager.inits.map(({ renditionId, bytes }) => [`${renditionId}/init`, bytes] as const);
  return new Map([...inits, [`${V720}/segment`, segment(V720)], [`${A128}/segment`, segment(A128)]]);
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}
