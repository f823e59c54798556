import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AV_LOG_FATAL } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterLoading } from '../confinement/child-rules.ts';
import { loadConfine } from '../confinement/confine.ts';
import { frameMessage, imageMessage, ToChild, type ToParent } from '../messages.ts';
import { WireReader, wholeMessage } from '../wire.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { Inbox } from './inbox.ts';
import { Session } from './session.ts';

/**
 * The transcoder's child: reads the publisher's packets from pipe 3 and writes coded frames to pipe 4. It has no sockets,
 * no files and no credentials, and does not outlive its parent.
 */

const FROM_PARENT_FD = 3;
const TO_PARENT_FD = 4;
const STATS_EVERY_MS = 1_000;
/** Held back at most so long at once, so that a source that turns slower is not kept waiting. */
const HOLD_MS_MAX = 250;
/** Coded frames the parent has not read: some seconds of any ladder. A parent that is so far behind is not there. */
const UNREAD_BYTES_MAX = 32 * 1024 * 1024;
const EXIT_OK = 0;
const EXIT_FAILED = 1;
/** The parent died, or stopped reading: there is nobody to tell. */
const EXIT_ALONE = 2;

const NOTHING = new Uint8Array(0);
const input = new Socket({ fd: FROM_PARENT_FD, readable: true, writable: false });
const output = new Socket({ fd: TO_PARENT_FD, readable: false, writable: true });
const inbox = new Inbox();
const reader = new WireReader();

function send(message: ToParent, payload: Uint8Array = NOTHING): void {
  // Figures still come after the goodbye, while what was said before it is on its way.
  if (output.writableEnded) return;
  if (output.writableLength > UNREAD_BYTES_MAX) process.exit(EXIT_ALONE);
  output.write(wholeMessage(message, payload));
}

function read(bytes: Uint8Array): void {
  reader.push(bytes);
  for (let message = reader.next(); message !== undefined; message = reader.next()) {
    inbox.put({ message: ToChild.parse(message.header), payload: message.payload });
  }
  if (inbox.isFull) input.pause();
}

/** Wakes the session at its deadlines. */
class Alarm {
  readonly #session: Session;
  #timer: NodeJS.Timeout | undefined;
  #armedUs = Number.POSITIVE_INFINITY;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Deadlines mostly move later: then the timer fires too early once, and is set again. */
  arm(): void {
    const { deadlineUs } = this.#session;
    if (deadlineUs >= this.#armedUs || deadlineUs === Number.POSITIVE_INFINITY) return;
    clearTimeout(this.#timer);
    this.#armedUs = deadlineUs;
    this.#timer = setTimeout(() => this.#ring(), Math.max(0, Math.ceil((deadlineUs - SYSTEM_CLOCK.nowUs()) / 1_000)));
  }

  #ring(): void {
    this.#armedUs = Number.POSITIVE_INFINITY;
    this.#session.advance(SYSTEM_CLOCK.nowUs());
    this.arm();
  }
}

function end(reason: 'stopped' | 'overloaded' | 'failed', detail: string): void {
  send({ kind: 'ended', reason, detail: detail.slice(0, 500) });
  output.end(() => process.exit(reason === 'failed' ? EXIT_FAILED : EXIT_OK));
}

async function run(): Promise<void> {
  const first = await inbox.take();
  if (first.message.kind !== 'start') throw new Error(`The first message was ${first.message.kind}.`);
  const session = new Session(first.message, SYSTEM_CLOCK, {
    onBroadcast: (broadcast) => send({ kind: 'broadcast', ...broadcast }),
    onFrame: (frame) => send(frameMessage(frame), frame.payload),
    onImage: (image) => send(imageMessage(image), image.bytes),
    onImageTrouble: (why) => process.stderr.write(`No more thumbnails are made: ${why}.\n`),
    onResting: (resting) => send({ kind: 'resting', ...resting }),
    onWarning: (warning) => send({ kind: 'warning', warning }),
    onEnded: end,
  });
  const alarm = new Alarm(session);
  setInterval(() => {
    session.review();
    send({ kind: 'stats', stats: session.stats });
  }, STATS_EVERY_MS);
  alarm.arm();
  for (;;) {
    await session.handle(await inbox.take());
    if (!inbox.isFull) input.resume();
    alarm.arm();
    const holdMs = Math.min(HOLD_MS_MAX, Math.floor(session.holdUs / 1_000));
    if (holdMs > 0 && !inbox.isStopSeen) await Promise.race([sleep(holdMs), inbox.stopSeen]);
  }
}

// A damaged bitstream is worth a line a packet to FFmpeg; we count it. What ends us is worth one line.
Log.setLevel(AV_LOG_FATAL);
input.on('data', read);
// The end of the pipe without a stop before it: the parent is gone, however it died.
input.on('close', () => {
  if (!inbox.isStopSeen) process.exit(EXIT_ALONE);
});
input.on('error', () => process.exit(EXIT_ALONE));
output.on('error', () => process.exit(EXIT_ALONE));
// stdout and stderr are pipes to the parent, too; a write to them after its death must not be an error of ours.
process.stderr.on('error', () => process.exit(EXIT_ALONE));

// Everything is loaded, and nothing of a publisher was read.
const confine = await loadConfine();
const confinement = confine(afterLoading(process.pid));
if (confinement.kind === 'unconfined') process.stderr.write(`The transcoder is not confined: ${confinement.why}.\n`);
send({ kind: 'ready' });
await run();
