import { once } from 'node:events';
import { Socket } from 'node:net';
import { AV_LOG_FATAL } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { SourceEvent } from '../../media/source.ts';
import { DeadlineTimer } from '../../server/deadline-timer.ts';
import { loadConfine } from '../../transcode/confinement/confine.ts';
import { sourceEventMessage } from '../../transcode/messages.ts';
import { WireReader, wholeMessage } from '../../transcode/wire.ts';
import { type FromReceiver, SENTENCE_CHARACTERS_MAX, type StartMessage, ToReceiver } from '../receiver-messages.ts';
import { onceListening } from './receiver-rules.ts';
import { SoundPacing } from './sound-pacing.ts';
import { SrtInput } from './srt-input.ts';
import { type TsOutput, TsSource } from './ts-source.ts';

/**
 * An SRT receiver: listens for one connection on the loopback address, and writes what comes over it to pipe 4. It has
 * no files, no socket but the one it listens on, and no credentials but the passphrase, which comes through pipe 3; and
 * it does not outlive its parent.
 */

const FROM_PARENT_FD = 3;
const TO_PARENT_FD = 4;
/** What the parent has not read. At it, nothing more is read from the connection, whose own buffer is bounded. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;

const NOTHING = new Uint8Array(0);
const input = new Socket({ fd: FROM_PARENT_FD, readable: true, writable: false });
const output = new Socket({ fd: TO_PARENT_FD, readable: false, writable: true });
const reader = new WireReader();
const sound = new SoundPacing();
const alarm = new DeadlineTimer(clockMs, giveSound);

/** A thread of ours may be inside of FFmpeg, waiting for a packet, and process.exit would wait for it. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function send(message: FromReceiver, payload: Uint8Array = NOTHING): void {
  output.write(wholeMessage(message, payload));
}

function clockMs(): number {
  return performance.now();
}

function give(event: SourceEvent): void {
  const { header, payload } = sourceEventMessage(event);
  output.write(wholeMessage(header, payload));
}

/** As much of it as its time has come. */
function giveSound(): void {
  const nowMs = clockMs();
  for (let event = sound.take(nowMs); event !== undefined; event = sound.take(nowMs)) give(event);
  alarm.set(sound.deadlineMs);
}

/** What one packet came to. */
function tell(all: readonly TsOutput[]): void {
  const sounds: SourceEvent[] = [];
  for (const told of all) {
    if (told.kind !== 'event') {
      const sentence = told.sentence.slice(0, SENTENCE_CHARACTERS_MAX);
      send({ kind: told.kind === 'warning' ? 'note' : 'unusable', sentence });
    } else if (told.event.kind === 'audio' || told.event.kind === 'audio-config') sounds.push(told.event);
    else give(told.event);
  }
  for (const event of sound.put(sounds, clockMs())) give(event);
  giveSound();
}

async function receive(start: StartMessage): Promise<string> {
  const source = new TsSource();
  await using connection = await SrtInput.accept(start);
  for (;;) {
    const packet = await connection.next();
    if (packet === undefined) return connection.ending;
    tell(source.read(packet, connection.streams));
    if (output.writableLength > UNREAD_BYTES_MAX) await once(output, 'drain');
  }
}

async function run(start: StartMessage): Promise<void> {
  let detail: string;
  try {
    detail = await receive(start);
  } catch (error) {
    detail = error instanceof Error ? error.message : 'an error without a name';
  }
  alarm.clear();
  for (const event of sound.flush()) give(event);
  output.write(
    wholeMessage({ kind: 'ended', detail: detail.slice(0, SENTENCE_CHARACTERS_MAX) } satisfies FromReceiver, NOTHING),
    die,
  );
}

/** From now on, the thread that listens included. */
function confineMyself(): void {
  const confinement = confine(onceListening(process.pid));
  const why = confinement.kind === 'unconfined' ? confinement.why.slice(0, SENTENCE_CHARACTERS_MAX) : undefined;
  send({ kind: 'confinement', outcome: confinement.kind, ...(why !== undefined && { why }) });
}

const confine = await loadConfine();
input.on('data', (bytes) => {
  reader.push(bytes);
  for (let read = reader.next(); read !== undefined; read = reader.next()) {
    const message = ToReceiver.parse(read.header);
    if (message.kind === 'start') void run(message);
    else confineMyself();
  }
});
// The end of the pipe: the parent is gone, however it died, or has no more use for us.
input.on('close', die);
input.on('error', die);
output.on('error', die);
process.stderr.on('error', die);

// What is damaged is worth a line a packet to FFmpeg. Its other lines would have the URL, which has no secret.
Log.setLevel(AV_LOG_FATAL);
send({ kind: 'ready' });
