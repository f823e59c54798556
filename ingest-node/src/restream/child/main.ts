import { Socket } from 'node:net';
import { RESTREAM_SENTENCE_CHARS_MAX } from '@sluice/contracts';
import type { SourceConfig, SourcePacket } from '../../media/source.ts';
import { loadConfine } from '../../transcode/confinement/confine.ts';
import { WireReader, wholeMessage } from '../../transcode/wire.ts';
import { type FromPusher, type PushedMetadata, ToPusher } from '../pusher-messages.ts';
import { type Outlet, openOutlet } from './outlet.ts';
import { PushFailure } from './push-failure.ts';
import { onceConnected } from './pusher-rules.ts';

/**
 * A pusher: sends a source to one target, over RTMP, RTMPS or SRT. It is told where, and what, through pipe 3, and tells
 * how it goes through pipe 4. Nothing is in its arguments or its environment, it writes no file and no log, and it does
 * not outlive its parent.
 */

const FROM_PARENT_FD = 3;
const TO_PARENT_FD = 4;
const PROGRESS_EVERY_MS = 1_000;
/** What waits here; the rest waits with the parent, who leaves out what is too much. */
const HELD_BYTES_MAX = 256 * 1_024;

const NOTHING = new Uint8Array(0);
const input = new Socket({ fd: FROM_PARENT_FD, readable: true, writable: false });
const output = new Socket({ fd: TO_PARENT_FD, readable: false, writable: true });
const reader = new WireReader();

interface Held {
  readonly message: ToPusher;
  readonly payload: Uint8Array;
}
const held: Held[] = [];
let heldBytes = 0;
let wake: (() => void) | undefined;
let outlet: Outlet | undefined;
let isEnding = false;

/** A thread of ours may be inside of FFmpeg, and process.exit would wait for it. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function send(message: FromPusher): void {
  if (!isEnding) output.write(wholeMessage(message, NOTHING));
}

function sendProgress(): void {
  send({ kind: 'progress', sentBytes: outlet?.sentBytes ?? 0 });
}

function end(reason: PushFailure['reason'] | undefined, sentence: string): void {
  if (isEnding) return;
  sendProgress();
  const cut = sentence.slice(0, RESTREAM_SENTENCE_CHARS_MAX);
  const last: FromPusher = { kind: 'ended', ...(reason !== undefined && { reason }), sentence: cut };
  isEnding = true;
  output.write(wholeMessage(last, NOTHING), die);
}

function failed(error: unknown): void {
  if (error instanceof PushFailure) end(error.reason, error.message);
  // Never its message: FFmpeg's have the address in them.
  else end('node-failed', `The pusher failed (${error instanceof Error ? error.name : 'no error'}).`);
}

function read(bytes: Uint8Array): void {
  reader.push(bytes);
  for (let message = reader.next(); message !== undefined; message = reader.next()) {
    held.push({ message: ToPusher.parse(message.header), payload: message.payload });
    heldBytes += message.payload.length;
  }
  if (heldBytes > HELD_BYTES_MAX) input.pause();
  wake?.();
}

async function next(): Promise<Held> {
  for (;;) {
    const first = held.shift();
    if (first !== undefined) {
      heldBytes -= first.payload.length;
      if (heldBytes <= HELD_BYTES_MAX) input.resume();
      return first;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    await promise;
  }
}

/** From now on it may use the connections that it has, and make none. */
function confineMyself(): void {
  const confinement = confine(onceConnected(process.pid));
  if (confinement.kind === 'unconfined') {
    send({ kind: 'unconfined', why: confinement.why.slice(0, RESTREAM_SENTENCE_CHARS_MAX) });
  }
}

async function run(): Promise<void> {
  const { message: start } = await next();
  if (start.kind !== 'start') throw new Error('the first message is no start');
  outlet = await openOutlet(start);
  // Also while there is nothing to be written.
  void outlet.lost.then(failed);
  send({ kind: 'reachable' });
  const configs: SourceConfig[] = [];
  let metadata: PushedMetadata | undefined;
  let hasBegun = false;
  for (;;) {
    const { message, payload } = await next();
    if (message.kind === 'end') break;
    if (message.kind === 'metadata') metadata = message;
    else if (message.kind === 'video-config' || message.kind === 'audio-config') {
      configs.push({ ...message, extradata: payload });
    } else if (message.kind === 'video' || message.kind === 'audio') {
      const packet: SourcePacket = { ...message, payload };
      if (!hasBegun) await outlet.begin({ configs, metadata });
      if (!hasBegun) confineMyself();
      await outlet.write(packet);
      if (!hasBegun) send({ kind: 'accepted' });
      hasBegun = true;
    }
  }
  await outlet.end();
  end(undefined, 'It was told to end.');
}

const confine = await loadConfine();
input.on('data', read);
// The end of the pipe: the parent is gone, however it died.
input.on('close', die);
input.on('error', die);
output.on('error', die);
process.stderr.on('error', die);
setInterval(sendProgress, PROGRESS_EVERY_MS);
send({ kind: 'ready' });
run().catch(failed);
