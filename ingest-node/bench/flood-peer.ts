import { connect, type Socket } from 'node:net';
import { ChunkWriter } from '../src/rtmp/chunk-writer.ts';
import { MESSAGE, type RtmpMessage, setChunkSize } from '../src/rtmp/message.ts';
import { AVC_CONFIG, CLIENT_HANDSHAKE, ClientBytes } from '../src/rtmp/rtmp-client-fixture.ts';

/**
 * A process of the flood bench: `flood-peer PORT steady` publishes as it should until its parent is gone, `flood-peer
 * PORT ATTACK` floods, and connects again as soon as it is sent away.
 */

/** How many pictures a second the good publisher sends; each says when it was sent. */
const STEADY_EVERY_MS = 10;
const STEADY_BYTES = 2_000;
/** Bytes that wait in a socket of an attacker, so that TCP never has to wait for more. */
const AHEAD_BYTES = 1_024 * 1_024;
/** Until the server has said yes to a publisher. */
const GRANTED_MS = 50;
const LARGE_CHUNK_BYTES = 65_536;

const [, , portText, role = ''] = process.argv;
const port = Number(portText);
process.once('disconnect', () => process.exit(0));

/** A flood: what goes first, and what then comes again and again. */
interface Flood {
  readonly first: Uint8Array;
  readonly again: Uint8Array;
}

function message(typeId: number, payload: Uint8Array): RtmpMessage {
  return { typeId, messageStreamId: 1, timestampMs: 0, payload };
}

function floodOf(chunkBytes: number, what: RtmpMessage): Flood {
  const writer = new ChunkWriter();
  return { first: writer.writeChunkSize(chunkBytes), again: writer.write(what) };
}

function picture(sizeBytes: number, head: readonly number[] = [0x27, 1, 0, 0, 0]): Uint8Array {
  const payload = new Uint8Array(sizeBytes);
  payload.set(head);
  return payload;
}

function repeated(bytes: Uint8Array, count: number): Uint8Array {
  return Buffer.concat(Array.from({ length: count }, () => bytes));
}

/** Modifiers of Enhanced RTMP, each naming the next one as another modifier. */
function modifiers(sizeBytes: number): Uint8Array {
  const payload = picture(sizeBytes, [0x97]);
  for (let at = 3; at < sizeBytes; at += 3) payload[at] = 0x17;
  return payload;
}

const STRANGERS: Readonly<Record<string, () => Flood>> = {
  'stranger-chunks-of-one-byte': () => floodOf(1, message(MESSAGE.video, picture(60_000))),
  'stranger-media-to-nobody': () => floodOf(LARGE_CHUNK_BYTES, message(MESSAGE.video, picture(60_000))),
  'stranger-chunk-sizes': () => ({
    first: new Uint8Array(0),
    again: repeated(new ChunkWriter().write(setChunkSize(128)), 4_000),
  }),
};
const PUBLISHERS: Readonly<Record<string, () => Flood>> = {
  'publisher-pictures': () => floodOf(LARGE_CHUNK_BYTES, message(MESSAGE.video, picture(100_000))),
  'publisher-chunks-of-one-byte': () => floodOf(1, message(MESSAGE.video, picture(60_000))),
  'publisher-modifiers': () => floodOf(LARGE_CHUNK_BYTES, message(MESSAGE.video, modifiers(7_999_999))),
  'publisher-commands': () => ({
    first: new Uint8Array(0),
    again: repeated(new ClientBytes().command(1, 'x', 9, null), 1_000),
  }),
};

function steady(): void {
  const socket = connect(port, '127.0.0.1');
  const bytes = new ClientBytes();
  socket.resume();
  socket.write(bytes.whole('steady'));
  socket.write(bytes.video(AVC_CONFIG));
  let count = 0;
  setInterval(() => {
    const payload = Buffer.from(picture(STEADY_BYTES, [0x17, 1, 0, 0, 0]));
    payload.writeDoubleBE(performance.timeOrigin + performance.now(), 5);
    socket.write(bytes.video(payload, count * STEADY_EVERY_MS));
    count += 1;
  }, STEADY_EVERY_MS);
}

function pour(socket: Socket, { first, again }: Flood): void {
  const pump = () => {
    if (socket.destroyed) return;
    while (socket.writableLength < AHEAD_BYTES) socket.write(again);
  };
  socket.on('drain', pump);
  socket.write(first);
  pump();
}

/** One connection after the other. */
function attack(begin: (socket: Socket) => void): void {
  const socket = connect(port, '127.0.0.1', () => begin(socket));
  socket.on('error', () => undefined);
  socket.on('close', () => setImmediate(() => attack(begin)));
  socket.resume();
}

const stranger = STRANGERS[role];
const publisher = PUBLISHERS[role];
if (role === 'steady') steady();
if (role === 'connections')
  for (let count = 0; count < 32; count += 1) attack((socket) => socket.end(CLIENT_HANDSHAKE));
if (stranger !== undefined) {
  attack((socket) => {
    socket.write(CLIENT_HANDSHAKE);
    socket.write(new ClientBytes().connect());
    pour(socket, stranger());
  });
}
if (publisher !== undefined) {
  attack((socket) => {
    const bytes = new ClientBytes();
    socket.write(bytes.whole('flood'));
    setTimeout(() => {
      socket.write(bytes.video(AVC_CONFIG));
      pour(socket, publisher());
    }, GRANTED_MS);
  });
}
