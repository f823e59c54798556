import { type AmfValue, amfObject } from './amf-value.ts';
import { writeAmf0 } from './amf0-writer.ts';
import { PUBLISHER_CHUNK_LIMITS } from './chunk-limits.ts';
import { ChunkReader } from './chunk-reader.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { type RtmpCommand, readCommand } from './command.ts';
import { HANDSHAKE_RANDOM_BYTES } from './handshake.ts';
import { HANDSHAKE_BYTES } from './handshake-digest.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';
import { RtmpSession, type RtmpSessionOptions } from './rtmp-session.ts';
import type { SessionEffect } from './session-effect.ts';
import { SESSION_LIMITS } from './session-limits.ts';
import { countingBytes, joined } from './split-fixture.ts';

/** C0 and C1, and C2 at once: a client need not wait, and the plain handshake checks nothing. */
export const CLIENT_HANDSHAKE = joined([
  Uint8Array.of(3),
  new Uint8Array(8),
  countingBytes(HANDSHAKE_BYTES - 8),
  new Uint8Array(HANDSHAKE_BYTES),
]);
const SERVER_HANDSHAKE_BYTES = 1 + 2 * HANDSHAKE_BYTES;

export const AVC_CONFIG = Uint8Array.of(0x17, 0, 0, 0, 0, 1, 100, 0, 31);
export const AVC_KEYFRAME = Uint8Array.of(0x17, 1, 0, 0, 0, 0, 0, 0, 1, 0x65);
export const AAC_CONFIG = Uint8Array.of(0xaf, 0, 0x12, 0x10);
export const AAC_FRAME = Uint8Array.of(0xaf, 1, 0x21);

/** Bytes that a client sends, command by command. */
export class ClientBytes {
  readonly #writer = new ChunkWriter();

  message(typeId: number, payload: Uint8Array, options: { readonly streamId?: number; readonly timeMs?: number } = {}) {
    const { streamId = 1, timeMs = 0 } = options;
    return this.#writer.write({ typeId, messageStreamId: streamId, timestampMs: timeMs, payload });
  }

  command(streamId: number, ...values: readonly AmfValue[]): Uint8Array {
    return this.message(MESSAGE.commandAmf0, writeAmf0(...values), { streamId });
  }

  connect(app = 'live', more: Readonly<Record<string, AmfValue>> = {}): Uint8Array {
    const object = amfObject({ app, type: 'nonprivate', tcUrl: `rtmp://127.0.0.1/${app}`, ...more });
    return this.command(0, 'connect', 1, object);
  }

  createStream(): Uint8Array {
    return this.command(0, 'createStream', 4, null);
  }

  publish(name: AmfValue = 'key', streamId = 1): Uint8Array {
    return this.command(streamId, 'publish', 5, null, name, 'live');
  }

  play(name: AmfValue = 'channel?token=t', streamId = 1): Uint8Array {
    return this.command(streamId, 'play', 0, null, name, -2_000);
  }

  /** From the first byte to `play`. */
  wholePlay(name = 'channel?token=t'): Uint8Array {
    return joined([CLIENT_HANDSHAKE, this.connect(), this.createStream(), this.play(name)]);
  }

  /** From the first byte to `publish`. */
  whole(name = 'key'): Uint8Array {
    return joined([CLIENT_HANDSHAKE, this.connect(), this.createStream(), this.publish(name)]);
  }

  video(payload: Uint8Array, timeMs = 0): Uint8Array {
    return this.message(MESSAGE.video, payload, { timeMs });
  }

  audio(payload: Uint8Array, timeMs = 0): Uint8Array {
    return this.message(MESSAGE.audio, payload, { timeMs });
  }
}

/** Messages out of what a server sends, its handshake taken off. */
export class ServerWords {
  /** A player's messages are as large as a publisher's. */
  readonly #chunks = new ChunkReader(PUBLISHER_CHUNK_LIMITS);
  #handshakeBytes = SERVER_HANDSHAKE_BYTES;

  read(bytes: Uint8Array): RtmpMessage[] {
    const rest = bytes.subarray(Math.min(bytes.length, this.#handshakeBytes));
    this.#handshakeBytes -= bytes.length - rest.length;
    this.#chunks.push(rest);
    const messages: RtmpMessage[] = [];
    for (let message = this.#chunks.next(); message !== undefined; message = this.#chunks.next())
      messages.push(message);
    return messages;
  }
}

/** A session with a client at its other end, and a clock that stands still until it is moved. */
export class SessionFixture {
  readonly session: RtmpSession;
  readonly client = new ClientBytes();
  readonly effects: SessionEffect[] = [];
  readonly answers: RtmpMessage[] = [];
  readonly #words = new ServerWords();
  nowMs = 1_000;

  constructor(options: Partial<RtmpSessionOptions> = {}) {
    const random = new Uint8Array(HANDSHAKE_RANDOM_BYTES);
    this.session = new RtmpSession({ limits: SESSION_LIMITS, random, nowMs: this.nowMs, ...options });
  }

  /** One whose client is connected. */
  static connected(app?: string, more?: Readonly<Record<string, AmfValue>>): SessionFixture {
    const fixture = new SessionFixture();
    return fixture.send(CLIENT_HANDSHAKE, fixture.client.connect(app, more));
  }

  /** One whose publisher has asked. */
  static asked(options: Partial<RtmpSessionOptions> = {}): SessionFixture {
    const fixture = new SessionFixture(options);
    fixture.send(fixture.client.whole());
    return fixture;
  }

  /** One whose publisher is live. */
  static live(options: Partial<RtmpSessionOptions> & { readonly bitrateBpsMax?: number } = {}): SessionFixture {
    const { bitrateBpsMax, ...rest } = options;
    const fixture = SessionFixture.asked(rest);
    fixture.do((session) => session.grant(bitrateBpsMax === undefined ? {} : { bitrateBpsMax }, fixture.nowMs));
    return fixture;
  }

  /** One whose player is let in. */
  static playing(options: Partial<RtmpSessionOptions> = {}): SessionFixture {
    const fixture = new SessionFixture({ canPlay: true, ...options });
    fixture.send(fixture.client.wholePlay());
    return fixture.do((session) => session.grantPlay(fixture.nowMs));
  }

  send(...pieces: readonly Uint8Array[]): this {
    for (const piece of pieces) this.do((session) => session.receive(piece, this.nowMs));
    return this;
  }

  do(act: (session: RtmpSession) => void): this {
    act(this.session);
    for (let effect = this.session.poll(); effect !== undefined; effect = this.session.poll()) {
      this.effects.push(effect);
      if (effect.kind === 'send') this.answers.push(...this.#words.read(effect.bytes));
    }
    return this;
  }

  /** Moves the clock to just before the deadline, and then to it. */
  runOut(): this {
    const { deadlineMs } = this.session;
    const before = this.effects.length;
    this.do((session) => session.tick(deadlineMs - 1));
    if (this.effects.length !== before) throw new Error('something happened before the deadline');
    this.nowMs = deadlineMs;
    return this.do((session) => session.tick(deadlineMs));
  }

  of<const K extends SessionEffect['kind']>(kind: K): Extract<SessionEffect, { kind: K }>[] {
    return this.effects.filter((effect): effect is Extract<SessionEffect, { kind: K }> => effect.kind === kind);
  }

  get mediaKinds(): string[] {
    return this.of('media').map(({ event }) => event.kind);
  }

  get commands(): RtmpCommand[] {
    return this.answers.filter((message) => message.typeId === MESSAGE.commandAmf0).map(readCommand);
  }

  /** The answers to a call. */
  resultsOf(transactionId: number): RtmpCommand[] {
    return this.commands.filter((command) => command.transactionId === transactionId);
  }

  /** What was said in status events and errors: code, sentence and message stream. */
  get statuses(): { readonly code: AmfValue; readonly sentence: AmfValue; readonly streamId: number }[] {
    return this.commands.flatMap(({ args: [information], messageStreamId }) => {
      if (typeof information !== 'object' || information === null || !('members' in information)) return [];
      const { members } = information;
      return [{ code: members.get('code'), sentence: members.get('description'), streamId: messageStreamId }];
    });
  }

  get codes(): AmfValue[] {
    return this.statuses.map(({ code }) => code);
  }
}
