import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { keepingLogger } from '../server/seeing-node-fixture.ts';
import { HANDSHAKE_TYPE, type Handshake, readHandshake, SRT_MAGIC, writeHandshake } from './handshake.ts';
import { writeStreamIdText } from './handshake-offer.ts';
import { recordedHandshake } from './recorded-dialogue-fixture.ts';
import { SrtServer } from './srt-server.ts';
import { SrtServerFixture } from './srt-server-fixture.ts';

const HOST = '127.0.0.1';
const TO = { destinationId: 0, timestampUs: 0 };
const { induction, conclusion } = recordedHandshake('ffmpeg-5.1-plain');

/** A client made of a socket and a test that says what it sends. */
class RawCaller implements AsyncDisposable {
  readonly #socket: Socket = createSocket('udp4');
  readonly #port: number;
  readonly answers: Uint8Array[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(port: number) {
    this.#port = port;
    this.#socket.on('message', (datagram) => {
      this.answers.push(Uint8Array.from(datagram));
      for (const look of [...this.#waiting]) look();
    });
  }

  async send(datagram: Uint8Array): Promise<void> {
    this.#socket.send(datagram, this.#port, HOST);
    if (this.#socket.listenerCount('listening') > 0) await once(this.#socket, 'listening');
  }

  /** The answer of this number, once it is there. */
  answer(index: number): Promise<Handshake> {
    return new Promise((resolve) => {
      const look = () => {
        const answer = this.answers[index];
        if (answer === undefined) return;
        this.#waiting.delete(look);
        resolve(readHandshake(answer));
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** An induction, and a conclusion with the cookie that came back. */
  async conclude(change: Partial<Handshake> = {}): Promise<void> {
    await this.send(induction);
    const { cookie } = await this.answer(0);
    await this.send(writeHandshake({ ...readHandshake(conclusion), ...change, cookie }, TO));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
  }
}

const streamId = (text: string) =>
  readHandshake(conclusion).extensions.map((extension) =>
    extension.type === 5 ? { type: 5, content: writeStreamIdText(text) } : extension,
  );
const refuseAll = async () =>
  ({ ok: false, refusal: { code: 'unknown-stream-key', sentence: 'This stream key is not known.' } }) as const;

describe('an induction', () => {
  it('is answered with a cookie, in no more bytes than it has, and nothing is remembered', async () => {
    await using fixture = await SrtServerFixture.start();
    await using caller = new RawCaller(fixture.server.port);
    await caller.send(induction);
    const answer = await caller.answer(0);
    expect(answer).toMatchObject({ version: 5, extensionField: SRT_MAGIC, type: HANDSHAKE_TYPE.induction });
    expect(answer.cookie).not.toBe(0);
    expect(caller.answers[0]?.length).toBe(induction.length);
    expect(fixture.connections).toEqual([]);
  });

  it('of a flood of them is answered like any other, and a publisher who comes meanwhile is heard', async () => {
    await using fixture = await SrtServerFixture.start({ answer: refuseAll });
    await using flood = new RawCaller(fixture.server.port);
    for (let index = 0; index < 5_000; index += 1) {
      await flood.send(writeHandshake({ ...readHandshake(induction), socketId: index + 1 }, TO));
    }
    await using caller = new RawCaller(fixture.server.port);
    // A datagram may be lost in the flood: the publisher asks until it is heard.
    const asking = setInterval(() => void caller.send(induction), 250);
    await caller.answer(0);
    clearInterval(asking);
    expect(fixture.connections).toEqual([]);
  });
});

describe('a conclusion', () => {
  it('of an unknown key is refused with its number, once asked about, however often it comes', async () => {
    const { logger, lines } = keepingLogger();
    await using fixture = await SrtServerFixture.start({ answer: refuseAll, logger });
    await using caller = new RawCaller(fixture.server.port);
    await caller.conclude();
    expect((await caller.answer(1)).type).toBe(2_401);
    await caller.conclude();
    expect((await caller.answer(3)).type).toBe(2_401);
    expect(fixture.publishers).toHaveLength(1);
    expect(fixture.refused).toEqual(['unknown-stream-key']);
    expect(fixture.connections).toEqual([1, 0]);
    expect(lines.join()).not.toContain('demo-key');
  });

  it.each([
    ['publish:?', 2_400],
    ['#!::r=demo-key,m=request', 2_405],
  ])('with the stream id %s is refused and nobody is asked', async (text, type) => {
    await using fixture = await SrtServerFixture.start();
    await using caller = new RawCaller(fixture.server.port);
    await caller.conclude({ extensions: streamId(text) });
    expect((await caller.answer(1)).type).toBe(type);
    expect(fixture.publishers).toEqual([]);
  });

  it('without our cookie is not answered', async () => {
    await using fixture = await SrtServerFixture.start();
    await using caller = new RawCaller(fixture.server.port);
    await caller.send(conclusion);
    await caller.send(conclusion.subarray(0, 70));
    await caller.send(Uint8Array.of(1, 2, 3));
    await caller.send(new Uint8Array(1_473));
    await caller.send(induction);
    expect((await caller.answer(0)).type).toBe(HANDSHAKE_TYPE.induction);
    expect(fixture.connections).toEqual([]);
  });

  it('is refused when there is no room, or none for its address', async () => {
    for (const limits of [{ connectionsMax: 0 }, { connectionsPerAddressMax: 0 }]) {
      await using fixture = await SrtServerFixture.start({ limits });
      await using caller = new RawCaller(fixture.server.port);
      await caller.conclude();
      expect((await caller.answer(1)).type).toBe(2_402);
      expect(fixture.refused).toEqual(['server-full']);
      expect(fixture.publishers).toEqual([]);
    }
  });

  it('is refused when the server is about to stop, and so is one that waits for its answer', async () => {
    await using fixture = await SrtServerFixture.start({ answer: () => new Promise(() => {}) });
    await using waiting = new RawCaller(fixture.server.port);
    await waiting.conclude();
    await fixture.publisher();
    fixture.server.stopAccepting();
    expect((await waiting.answer(1)).type).toBe(2_503);
    await using late = new RawCaller(fixture.server.port);
    await late.conclude();
    expect((await late.answer(1)).type).toBe(2_503);
  });

  it('is refused as an internal error when deciding fails', async () => {
    await using fixture = await SrtServerFixture.start({ answer: () => Promise.reject(new Error('a fault')) });
    await using caller = new RawCaller(fixture.server.port);
    await caller.conclude();
    expect((await caller.answer(1)).type).toBe(2_500);
  });

  it('of so many that ended is remembered as long as there is room', async () => {
    await using fixture = await SrtServerFixture.start({ answer: refuseAll, limits: { lingeringMax: 1 } });
    await using first = new RawCaller(fixture.server.port);
    await using second = new RawCaller(fixture.server.port);
    await first.conclude();
    await first.answer(1);
    await second.conclude();
    await second.answer(1);
    await first.conclude();
    expect((await first.answer(3)).type).toBe(2_401);
    expect(fixture.connections).toEqual([1, 0, 1, 0, 1, 0]);
    // It was refused a moment ago, so nobody was asked again.
    expect(fixture.publishers).toHaveLength(1);
  });
});

it('a receiver that dies at once costs its publisher the attempt and nobody else anything', async () => {
  const { spawnTranscoderChild } = await import('../transcode/transcoder.ts');
  const command = { file: process.execPath, args: ['-e', 'process.exit(3)'], env: {} };
  await using fixture = await SrtServerFixture.start({ takeReceiver: () => spawnTranscoderChild(command) });
  await using caller = new RawCaller(fixture.server.port);
  await caller.conclude();
  expect((await caller.answer(1)).type).toBe(2_500);
  expect(await fixture.endOf()).toEqual({ reason: 'closed-by-us', detail: 'internal-error' });
});

it('a taken port is said to whoever starts the server, and its other ports are closed again', async () => {
  await using fixture = await SrtServerFixture.start();
  const { logger } = keepingLogger();
  const options = { host: HOST, logger, onPublish: refuseAll };
  const portKeys = [{ port: fixture.server.port, streamKey: 'key' }];
  await expect(SrtServer.listen({ ...options, port: 0, portKeys })).rejects.toThrow('EADDRINUSE');
});
