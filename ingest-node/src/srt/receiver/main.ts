import { once } from 'node:events';
import { Socket } from 'node:net';
import { AV_LOG_FATAL } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { sourceEventMessage } from '../../transcode/messages.ts';
import { WireReader, wholeMessage } from '../../transcode/wire.ts';
import { type FromReceiver, SENTENCE_CHARACTERS_MAX, ToReceiver } from '../receiver-messages.ts';
import { SrtInput } from './srt-input.ts';
import { type TsOutput, TsSource } from './ts-source.ts';

/**
 * An SRT receiver: listens for one connection on the loopback address, and writes what comes over it to pipe 4. It has
 * no files and no credentials but the passphrase, which comes through pipe 3, and does not outlive its parent.
 */

const FROM_PARENT_FD = 3;
const TO_PARENT_FD = 4;
/** What the parent has not read. At it, nothing more is read from the connection, whose own buffer is bounded. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;

const NOTHING = new Uint8Array(0);
const input = new Socket({ fd: FROM_PARENT_FD, readable: true, writable: false });
const output = new Socket({ fd: TO_PARENT_FD, readable: false, writable: true });
const reader = new WireReader();

/** A thread of ours may be inside of FFmpeg, waiting for a packet, and process.exit would wait for it. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function send(message: FromReceiver, payload: Uint8Array = NOTHING): void {
  output.write(wholeMessage(message, payload));
}

function tell(told: TsOutput): void {
  if (told.kind === 'event') {
    const { header, payload } = sourceEventMessage(told.event);
    output.write(wholeMessage(header, payload));
  } else {
    const sentence = told.sentence.slice(0, SENTENCE_CHARACTERS_MAX);
    send({ kind: told.kind === 'warning' ? 'note' : 'unusable', sentence });
  }
}

async function receive(start: ToReceiver): Promise<string> {
  const source = new TsSource();
  await using connection = await SrtInput.accept(start);
  for (;;) {
    const packet = await connection.next();
    if (packet === undefined) return connection.ending;
    for (const told of source.read(packet, connection.streams)) tell(told);
    if (output.writableLength > UNREAD_BYTES_MAX) await once(output, 'drain');
  }
}

async function run(start: ToReceiver): Promise<void> {
  let detail: string;
  try {
    detail = await receive(start);
  } catch (error) {
    detail = error instanceof Error ? error.message : 'an error without a name';
  }
  output.write(
    wholeMessage({ kind: 'ended', detail: detail.slice(0, SENTENCE_CHARACTERS_MAX) } satisfies FromReceiver, NOTHING),
    die,
  );
}

input.on('data', (bytes) => {
  reader.push(bytes);
  for (let message = reader.next(); message !== undefined; message = reader.next()) {
    void run(ToReceiver.parse(message.header));
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
