import { describe, expect, it } from 'vitest';
import type { PublishRefusal } from '../server/publisher.ts';
import { EXTENSION, HANDSHAKE_TYPE, type Handshake, readHandshake, writeHandshake } from './handshake.ts';
import { readOffer, writeStreamIdText } from './handshake-offer.ts';
import { CONTROL, controlHeader, readPacketHeader } from './packet.ts';
import { type RECORDINGS, recordedDialogue, recordedHandshake } from './recorded-dialogue-fixture.ts';
import { SRT_SERVER_LIMITS } from './srt-limits.ts';
import { SrtSession, type SrtSessionOptions } from './srt-session.ts';
import type { SrtSessionEffect } from './srt-session-effect.ts';

const LIMITS = SRT_SERVER_LIMITS;
const NO: PublishRefusal = { code: 'unknown-stream-key', sentence: 'No.' };
const PASSPHRASE = 'a passphrase of ours';
const TO = { destinationId: 0, timestampUs: 0 };
type Recording = (typeof RECORDINGS)[number];

/** A session, and what it wants done. */
class Played {
  readonly session: SrtSession;
  readonly recorded: ReturnType<typeof recordedHandshake>;
  readonly effects: SrtSessionEffect[] = [];

  constructor(options: Partial<SrtSessionOptions> = {}, recording: Recording = 'ffmpeg-5.1-plain') {
    this.recorded = recordedHandshake(recording);
    this.session = new SrtSession({ limits: LIMITS, conclusion: this.recorded.conclusion, nowMs: 0, ...options });
    this.take();
  }

  /** What it wants since the last time. */
  take(): SrtSessionEffect[] {
    const taken: SrtSessionEffect[] = [];
    for (let effect = this.session.poll(); effect !== undefined; effect = this.session.poll()) taken.push(effect);
    this.effects.push(...taken);
    return taken;
  }

  kinds(): string[] {
    return this.effects.map(({ kind }) => kind);
  }

  the<K extends SrtSessionEffect['kind']>(kind: K): Extract<SrtSessionEffect, { kind: K }> {
    const found = this.effects.findLast(
      (effect): effect is Extract<SrtSessionEffect, { kind: K }> => effect.kind === kind,
    );
    if (found === undefined) throw new Error(`no ${kind} in ${this.kinds().join()}`);
    return found;
  }

  /** As far as live, at 500 ms. */
  join(passphrase?: string): this {
    this.session.grant(passphrase === undefined ? {} : { passphrase }, 100);
    this.session.tick(this.session.deadlineMs);
    this.session.receiveFromReceiver(this.recorded.inductionAnswer, 400);
    this.session.receiverConfined(400);
    this.session.receive(this.recorded.conclusion, 450);
    this.session.receiveFromReceiver(this.recorded.conclusionAnswer, 500);
    this.take();
    return this;
  }

  sayShutdown(nowMs: number): void {
    this.session.receive(control(CONTROL.shutdown), nowMs);
    this.take();
  }
}

const control = (type: number) => controlHeader({ type, destinationId: 1, timestampUs: 0 });
const typeOf = (bytes: Uint8Array) => readHandshake(bytes).type;
const concluded = (change: Partial<Handshake>) => {
  const handshake = readHandshake(recordedHandshake('ffmpeg-5.1-plain').conclusion);
  return writeHandshake({ ...handshake, ...change }, TO);
};
const withStreamId = (content: Uint8Array) =>
  concluded({
    extensions: readHandshake(recordedHandshake('ffmpeg-5.1-plain').conclusion).extensions.map((extension) =>
      extension.type === 5 ? { type: 5, content } : extension,
    ),
  });

const withFilter = (text: string) => {
  const { extensions } = readHandshake(recordedHandshake('ffmpeg-5.1-plain').conclusion);
  return concluded({ extensions: [...extensions, { type: EXTENSION.filter, content: writeStreamIdText(text) }] });
};

describe('a publisher that may', () => {
  it('is asked about once, however often it asks', () => {
    const played = new Played();
    for (const nowMs of [250, 500, 750]) played.session.receive(played.recorded.conclusion, nowMs);
    played.take();
    expect(played.effects).toEqual([{ kind: 'publish-asked', streamKey: 'demo-key' }]);
  });

  it('is joined to a receiver, which hears its conclusion with its own cookie, and nothing before it is confined', () => {
    const played = new Played();
    played.session.grant({}, 100);
    expect(played.take()).toEqual([{ kind: 'receiver-wanted' }]);
    played.session.tick(100);
    played.take();
    const induction = readHandshake(played.the('send-to-receiver').bytes);
    expect(induction).toEqual({
      ...readHandshake(played.recorded.induction),
      initialSequence: 0,
      socketId: 1,
      peerAddress: new Uint8Array(16),
    });
    played.session.receiveFromReceiver(
      writeHandshake({ ...readHandshake(played.recorded.inductionAnswer), cookie: 77 }, TO),
      300,
    );
    played.session.receive(played.recorded.conclusion, 350);
    expect(played.take()).toEqual([{ kind: 'confine-receiver' }]);
    played.session.receiverConfined(400);
    played.take();
    const passed = played.the('send-to-receiver').bytes;
    expect(readHandshake(passed)).toEqual({ ...readHandshake(played.recorded.conclusion), cookie: 77 });
    const ageUs =
      new DataView(passed.buffer).getUint32(8) - new DataView(played.recorded.conclusion.buffer).getUint32(8);
    expect(ageUs).toBe(400_000);
  });

  it('is looked for a receiver until it answers', () => {
    const played = new Played();
    played.session.grant({}, 100);
    for (const nowMs of [100, 110, 120, 140]) played.session.tick(nowMs);
    played.take();
    expect(played.kinds().filter((kind) => kind === 'send-to-receiver')).toHaveLength(3);
  });

  it('hears the receiver, and the same again when it asks again', () => {
    const played = new Played().join();
    expect(played.session.state).toBe('live');
    expect(played.the('send-to-publisher').bytes).toEqual(played.recorded.conclusionAnswer);
    played.session.receive(played.recorded.conclusion, 700);
    expect(played.take()).toEqual([{ kind: 'send-to-publisher', bytes: played.recorded.conclusionAnswer }]);
    expect(played.session.receiverId).toBe(readHandshake(played.recorded.conclusionAnswer).socketId);
  });

  it('sends and hears what is sent, untouched', () => {
    const played = new Played().join();
    for (const { isFromClient, bytes } of recordedDialogue('ffmpeg-5.1-plain').slice(4)) {
      if (isFromClient) played.session.receive(bytes, 600);
      else played.session.receiveFromReceiver(bytes, 600);
      expect(played.take()).toEqual([{ kind: isFromClient ? 'send-to-receiver' : 'send-to-publisher', bytes }]);
    }
  });

  it('is told of the figures each second', () => {
    const played = new Played().join();
    played.session.receive(control(CONTROL.keepAlive), 1_400);
    played.session.tick(1_499);
    expect(played.take().map(({ kind }) => kind)).toEqual(['send-to-receiver']);
    played.session.tick(1_500);
    played.take();
    expect(played.the('figures').figures).toMatchObject({ latencyMs: 120, isEncrypted: false });
  });
});

describe('a publisher that may not', () => {
  it.each([
    [NO, 2_401],
    [{ code: 'stream-key-disabled', sentence: '' }, 2_403],
    [{ code: 'channel-in-use', sentence: '' }, 2_409],
    [{ code: 'server-full', sentence: '' }, 2_402],
    [{ code: 'server-draining', sentence: '' }, 2_503],
    [{ code: 'control-unreachable', sentence: '' }, 2_502],
    [{ code: 'internal-error', sentence: '' }, 2_500],
  ] as const)('hears a number: %o', (refusal, type) => {
    const played = new Played();
    played.session.refuse(refusal, 100);
    played.take();
    const answer = played.the('send-to-publisher').bytes;
    expect(typeOf(answer)).toBe(type);
    const header = readPacketHeader(answer);
    expect(header.destinationId).toBe(readHandshake(played.recorded.conclusion).socketId);
    expect(played.kinds()).toEqual(['publish-asked', 'refused', 'send-to-publisher', 'ended', 'receiver-done']);
    expect(played.the('ended').end).toEqual({ reason: 'closed-by-us', detail: refusal.code });
  });

  it('hears the same again for a while, and then is forgotten', () => {
    const played = new Played({ refusal: NO });
    const answer = played.the('send-to-publisher');
    played.session.receive(played.recorded.conclusion, 1_000);
    expect(played.take()).toEqual([answer]);
    played.session.tick(LIMITS.lingerMs - 1);
    expect(played.take()).toEqual([]);
    played.session.tick(LIMITS.lingerMs);
    expect(played.take()).toEqual([{ kind: 'closed' }]);
    expect(played.session.deadlineMs).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['an encrypted stream where there is no passphrase', 'node-av-8.1-aes256', undefined],
    ['a plain stream where there is one', 'ffmpeg-5.1-plain', PASSPHRASE],
  ] as const)('has %s', (_case, recording, passphrase) => {
    const played = new Played({}, recording);
    played.session.grant(passphrase === undefined ? {} : { passphrase }, 100);
    played.take();
    expect(typeOf(played.the('send-to-publisher').bytes)).toBe(1_011);
    expect(played.the('refused').code).toBe('passphrase-wrong');
    expect(played.kinds()).not.toContain('receiver-wanted');
  });

  it('has the wrong passphrase: the receiver says so, and its answer is passed on', () => {
    const played = new Played({}, 'node-av-8.1-aes256');
    played.session.grant({ passphrase: PASSPHRASE }, 100);
    expect(played.take()).toEqual([{ kind: 'receiver-wanted', passphrase: PASSPHRASE }]);
    played.session.receiveFromReceiver(played.recorded.inductionAnswer, 200);
    played.session.receiverConfined(250);
    const no = writeHandshake({ ...readHandshake(played.recorded.conclusionAnswer), type: 1_010, extensions: [] }, TO);
    played.session.receiveFromReceiver(no, 300);
    played.take();
    expect(played.the('send-to-publisher').bytes).toEqual(no);
    expect(played.the('refused').code).toBe('passphrase-wrong');
    expect(played.session.state).toBe('lingering');
  });

  it.each([
    ['an older SRT', concluded({ version: 4 }), 1_008],
    ['no SRT request in its handshake', concluded({ extensions: [] }), 1_004],
    ['a stream id of 600 bytes', withStreamId(new Uint8Array(600).fill(65)), 2_400],
    ['a stream id that is no text', withStreamId(new Uint8Array(4).fill(0xff)), 2_400],
    ['no stream id', withStreamId(new Uint8Array()), 2_400],
    ['a stream id that cannot be read', withStreamId(writeStreamIdText('#!::x')), 2_400],
    ['a packet filter that would fill the memory', withFilter('fec,cols:2,rows:60000'), 1_014],
    ['the wish to watch', withStreamId(writeStreamIdText('#!::r=demo-key,m=request')), 2_405],
  ])('has %s', (_case, conclusion, type) => {
    const played = new Played({ conclusion });
    expect(typeOf(played.the('send-to-publisher').bytes)).toBe(type);
    expect(played.kinds()).not.toContain('publish-asked');
    expect(played.session.state).toBe('lingering');
  });
});

describe('a port of its own', () => {
  it('says what an absent stream id means', () => {
    const played = new Played({ conclusion: withStreamId(new Uint8Array()), portKey: 'key-of-the-port' });
    expect(played.the('publish-asked').streamKey).toBe('key-of-the-port');
  });

  it('says nothing where there is one', () => {
    expect(new Played({ portKey: 'key-of-the-port' }).the('publish-asked').streamKey).toBe('demo-key');
  });
});

describe('a publisher that asks for 9 s of latency', () => {
  it('gets what there may be, and a warning', () => {
    const handshake = readHandshake(recordedHandshake('ffmpeg-5.1-plain').conclusion);
    const [request, ...others] = handshake.extensions;
    const content = request?.content.slice() ?? new Uint8Array();
    new DataView(content.buffer).setUint16(10, 9_000);
    const conclusion = concluded({ extensions: [{ type: 1, content }, ...others] });
    const played = new Played({ conclusion }).join();
    const passed = played.effects.filter(({ kind }) => kind === 'send-to-receiver').at(-1);
    expect(passed?.kind === 'send-to-receiver' && readOffer(readHandshake(passed.bytes)).latencyMs).toBe(8_000);
    expect(played.the('warning').sentence).toContain('9000 ms; 8000 ms');
  });
});

describe('an attempt that takes too long', () => {
  const waiting = (played: Played) => {
    for (let nowMs = 250; nowMs <= LIMITS.attemptMs; nowMs += 250) {
      played.session.receive(played.recorded.conclusion, nowMs);
      played.session.tick(nowMs);
    }
    played.take();
  };

  it('is refused when nobody has decided', () => {
    const played = new Played();
    waiting(played);
    expect(played.the('refused').code).toBe('control-unreachable');
    expect(typeOf(played.the('send-to-publisher').bytes)).toBe(2_502);
  });

  it('is refused when no receiver was found', () => {
    const played = new Played();
    played.session.grant({}, 10);
    waiting(played);
    expect(played.the('refused').code).toBe('internal-error');
  });

  it('is over when the publisher no longer asks', () => {
    const played = new Played();
    played.session.tick(LIMITS.attemptSilentMs - 1);
    expect(played.session.state).toBe('authorizing');
    played.session.tick(LIMITS.attemptSilentMs);
    played.take();
    expect(played.the('ended').end.reason).toBe('peer-left');
    played.session.grant({}, LIMITS.attemptSilentMs + 1);
    expect(played.take()).toEqual([]);
  });

  it('is refused when its receiver dies', () => {
    const played = new Played();
    played.session.grant({}, 10);
    played.session.receiverGone('it died', 20);
    played.take();
    expect(played.the('refused').code).toBe('internal-error');
  });
});

describe('a publisher that leaves', () => {
  it('has stopped on purpose when it had just heard us', () => {
    const played = new Played().join();
    played.session.receive(control(CONTROL.ackAck), 2_000);
    played.sayShutdown(2_000 + LIMITS.heardUsMs);
    played.session.receiverGone('the connection ended', 4_600);
    played.take();
    expect(played.the('ended').end).toEqual({ reason: 'unpublished', detail: 'SRT shutdown' });
  });

  it('will be back when it had not heard us for longer', () => {
    const played = new Played().join();
    played.session.receive(control(CONTROL.ackAck), 2_000);
    played.sayShutdown(2_001 + LIMITS.heardUsMs);
    played.session.receiverGone('the connection ended', 4_700);
    played.take();
    expect(played.the('ended').end.reason).toBe('peer-left');
  });

  it('leaves the receiver time to give out what it holds', () => {
    const played = new Played().join();
    played.sayShutdown(1_000);
    const hearsMs = 1_000 + 120 + LIMITS.playOutMs;
    expect(played.session.deadlineMs).toBe(hearsMs);
    played.session.tick(hearsMs - 1);
    expect(played.take()).toEqual([]);
    played.session.tick(hearsMs);
    expect(played.take()).toEqual([{ kind: 'send-to-receiver', bytes: control(CONTROL.shutdown) }]);
    played.session.tick(1_000 + 120 + LIMITS.drainMs);
    expect(played.take().map(({ kind }) => kind)).toContain('ended');
  });

  it('without a word is noticed', () => {
    const played = new Played().join();
    played.session.tick(450 + LIMITS.peerSilentMs - 1);
    expect(played.session.state).toBe('live');
    played.session.tick(450 + LIMITS.peerSilentMs);
    played.take();
    expect(played.the('ended').end).toEqual({ reason: 'peer-left', detail: 'the publisher vanished' });
  });

  it('is as if it had dropped when its receiver dies', () => {
    const played = new Played().join();
    played.session.receiverGone('it died', 1_000);
    played.take();
    expect(played.the('ended').end).toEqual({ reason: 'peer-left', detail: 'it died' });
  });
});

describe('a publisher without media', () => {
  const keptAlive = (played: Played, untilMs: number) => {
    for (let nowMs = 1_000; nowMs <= untilMs; nowMs += 500) {
      played.session.receive(control(CONTROL.keepAlive), nowMs);
      played.session.tick(nowMs);
    }
    played.take();
    return played;
  };

  it('is sent away after the first media deadline', () => {
    const played = keptAlive(new Played().join(), 500 + LIMITS.firstMediaMs - 500);
    expect(played.session.state).toBe('live');
    keptAlive(played, 500 + LIMITS.firstMediaMs);
    expect(played.the('ended').end).toEqual({ reason: 'timed-out', detail: 'firstMediaMs' });
  });

  it('is sent away when it stops sending some, but not while it is held back', () => {
    const played = new Played().join();
    played.session.media(1_000);
    played.session.setPaused(true, 2_000);
    keptAlive(played, 1_000 + LIMITS.idleMediaMs + 500);
    expect(played.session.state).toBe('live');
    played.session.setPaused(false, 30_000);
    played.session.receive(control(CONTROL.keepAlive), 30_000 + LIMITS.idleMediaMs);
    played.session.tick(30_000 + LIMITS.idleMediaMs);
    played.take();
    expect(played.the('ended').end).toEqual({ reason: 'timed-out', detail: 'idleMediaMs' });
  });
});

describe('a live publisher that is sent away', () => {
  it('hears a shutdown, and again for what it goes on sending, now and then', () => {
    const played = new Played().join();
    played.session.refuse({ code: 'taken-over', sentence: '' }, 1_000);
    played.take();
    const goodbye = readPacketHeader(played.the('send-to-publisher').bytes);
    expect(goodbye).toMatchObject({ kind: 'control', type: CONTROL.shutdown });
    for (const nowMs of [1_010, 1_020, 1_199, 1_200, 1_210]) played.session.receive(control(CONTROL.keepAlive), nowMs);
    expect(played.take().map(({ kind }) => kind)).toEqual(['send-to-publisher']);
  });

  it('goes for its bitrate', () => {
    const played = new Played({ limits: { ...LIMITS, bitrateBpsMax: 8_000, bitrateWindowMs: 1_000 } }).join();
    const packet = new Uint8Array(1_001);
    played.session.receive(packet, 600);
    played.take();
    expect(played.the('ended').end).toEqual({ reason: 'limit', detail: 'bitrate-too-high' });
    expect(played.the('refused').code).toBe('bitrate-too-high');
  });
});

it('whatever a peer sends, in whatever order, a session goes on or ends and does not throw', () => {
  for (const recording of ['ffmpeg-5.1-plain', 'node-av-8.1-aes256'] as const) {
    const datagrams = recordedDialogue(recording).flatMap(({ bytes }) => [
      bytes,
      bytes.subarray(0, 15),
      bytes.subarray(0, 40),
      bytes.with(0, 0x80).with(1, 5),
      bytes.with(3, 0xff),
    ]);
    const played = new Played({}, recording);
    played.session.grant(recording === 'node-av-8.1-aes256' ? { passphrase: PASSPHRASE } : {}, 1);
    for (const [index, datagram] of datagrams.entries()) {
      played.session.receiveFromReceiver(datagram, index);
      played.session.receive(datagram, index);
      played.session.receiverConfined(index);
      played.session.tick(index);
    }
    expect(played.take().length).toBeGreaterThan(0);
  }
});

it('a receiver that does not confine itself costs its publisher the attempt', () => {
  const played = new Played();
  played.session.grant({}, 100);
  played.session.receiveFromReceiver(played.recorded.inductionAnswer, 200);
  for (let nowMs = 1_000; nowMs < LIMITS.attemptMs; nowMs += 1_000) {
    played.session.receive(played.recorded.conclusion, nowMs);
  }
  expect(played.session.state).toBe('confining');
  expect(played.session.deadlineMs).toBe(LIMITS.attemptMs);
  played.session.tick(LIMITS.attemptMs);
  played.take();
  expect(played.the('refused').code).toBe('internal-error');
  expect(played.session.state).toBe('lingering');
  played.session.receiverConfined(LIMITS.attemptMs + 1);
  expect(played.take()).toEqual([]);
});

it('a type of handshake that is neither is not an answer', () => {
  const played = new Played();
  played.session.grant({}, 100);
  played.session.receiveFromReceiver(concluded({ type: HANDSHAKE_TYPE.waveAHand }), 200);
  expect(played.session.state).toBe('reaching');
});
