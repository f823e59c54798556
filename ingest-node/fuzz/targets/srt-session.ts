import { HANDSHAKE_BYTES, writeHandshake } from '../../src/srt/handshake.ts';
import { DATAGRAM_BYTES_MAX, PACKET_HEADER_BYTES } from '../../src/srt/packet.ts';
import { RECORDINGS, recordedDialogue } from '../../src/srt/recorded-dialogue-fixture.ts';
import { SrtError } from '../../src/srt/srt-error.ts';
import { SRT_SERVER_LIMITS } from '../../src/srt/srt-limits.ts';
import { type SrtGrant, SrtSession } from '../../src/srt/srt-session.ts';
import type { SrtSessionEffect } from '../../src/srt/srt-session-effect.ts';
import { type FuzzTarget, mustHold } from '../fuzz-target.ts';
import { concatenated } from '../mutate.ts';
import type { Random } from '../random.ts';
import { anyHandshake } from './srt-handshake.ts';

/** Some dozens of datagrams. */
const INPUT_BYTES_MAX = 32 * 1_024;
/** How a datagram stands in an input: who sends it, how long after the one before, its length, and its bytes. */
const HEAD_BYTES = 4;
const WAIT_MS_UNIT = 20;
const DATAGRAMS_MAX = 40;
/** Of the first byte: who sends it, and, of the first datagram, whether the channel has a passphrase. */
const PUBLISHER = 0;
const RECEIVER = 1;
const ENCRYPTED = 2;
const GRANTS = [{}, { passphrase: 'a passphrase' }] as const;
/** Answers to one datagram of a publisher; more would be a gift to whoever forges its address. */
const ANSWERS_PER_DATAGRAM_MAX = 4;

interface Datagram {
  readonly from: number;
  readonly waitMs: number;
  readonly bytes: Uint8Array;
}

/**
 * One SRT connection in the front, publisher and receiver both hostile: throws SrtError when it is begun with what is no
 * handshake, and nothing after that; ends once; passes packets on and makes none larger.
 */
export function srtSessionTarget(): FuzzTarget {
  const dialogues = RECORDINGS.map((name) => {
    const [, answer, conclusion, ...rest] = recordedDialogue(name).slice(0, DATAGRAMS_MAX);
    if (answer === undefined || conclusion === undefined) throw new Error(`${name} is too short`);
    // The induction is the front's own; the receiver gives the same answer to it later.
    return [conclusion, answer, ...rest].map(({ isFromClient, bytes }) =>
      written({
        from: (isFromClient ? PUBLISHER : RECEIVER) | (name.includes('aes') ? ENCRYPTED : 0),
        waitMs: 0,
        bytes,
      }),
    );
  });
  return {
    name: 'srt-session',
    corpus: dialogues.map((datagrams) => concatenated(...datagrams)),
    inputBytesMax: INPUT_BYTES_MAX,
    generate: (random) =>
      concatenated(...Array.from({ length: 2 + random.below(12) }, () => written(datagram(random)))),
    run: (input) => {
      try {
        return play([...datagramsIn(input)]);
      } catch (error) {
        if (error instanceof SrtError) return error.code;
        throw error;
      }
    },
  };
}

function play([first, ...others]: readonly Datagram[]): string {
  let nowMs = 1_000;
  const session = new SrtSession({
    limits: SRT_SERVER_LIMITS,
    conclusion: first?.bytes ?? new Uint8Array(),
    nowMs,
  });
  const watch = new SrtWatch(GRANTS[((first?.from ?? 0) & ENCRYPTED) === 0 ? 0 : 1]);
  watch.drain(session, nowMs);
  for (const { from, waitMs, bytes } of others) {
    nowMs += waitMs;
    if (nowMs >= session.deadlineMs) session.tick(nowMs);
    watch.drain(session, nowMs);
    try {
      if ((from & RECEIVER) === 0) session.receive(bytes, nowMs);
      else session.receiveFromReceiver(bytes, nowMs);
    } catch (error) {
      // Only its beginning may throw.
      throw new Error('a datagram made a session throw', { cause: error });
    }
    const sent = watch.drain(session, nowMs);
    mustHold(sent <= ANSWERS_PER_DATAGRAM_MAX, 'one datagram has many answers');
  }
  session.close(nowMs);
  watch.drain(session, nowMs);
  return watch.outcome;
}

/** What must be true of the effects of any session. */
class SrtWatch {
  readonly #kinds = new Set<string>();
  readonly #grant: SrtGrant;
  #ended = 0;

  constructor(grant: SrtGrant) {
    this.#grant = grant;
  }

  /** How many datagrams were to be sent to the publisher. */
  drain(session: SrtSession, nowMs: number): number {
    let sent = 0;
    for (let effect = session.poll(); effect !== undefined; effect = session.poll()) {
      this.#see(effect);
      if (effect.kind === 'send-to-publisher') sent += 1;
      if (effect.kind === 'publish-asked') session.grant(this.#grant, nowMs);
      if (effect.kind === 'confine-receiver') session.receiverConfined(nowMs);
    }
    return sent;
  }

  #see(effect: SrtSessionEffect): void {
    mustHold(!this.#kinds.has('closed'), `${effect.kind} came after the end`);
    this.#kinds.add(effect.kind);
    if (effect.kind === 'ended') this.#ended += 1;
    mustHold(this.#ended <= 1, 'it ended more than once');
    if ('bytes' in effect) mustHold(effect.bytes.length <= DATAGRAM_BYTES_MAX, 'a datagram is too large to be sent');
    if (effect.kind === 'publish-asked') mustHold(effect.streamKey.length <= 256, 'a stream key is too long');
  }

  get outcome(): string {
    return [...this.#kinds].toSorted().join(' ');
  }
}

function* datagramsIn(input: Uint8Array): Generator<Datagram> {
  for (let at = 0; at + HEAD_BYTES <= input.length; ) {
    const [from = 0, wait = 0, high = 0, low = 0] = input.subarray(at, at + HEAD_BYTES);
    const sizeBytes = Math.min((high << 8) | low, DATAGRAM_BYTES_MAX);
    at += HEAD_BYTES;
    yield { from, waitMs: wait * WAIT_MS_UNIT, bytes: input.slice(at, at + sizeBytes) };
    at += sizeBytes;
  }
}

function written({ from, waitMs, bytes }: Datagram): Uint8Array {
  const head = Uint8Array.of(from, waitMs / WAIT_MS_UNIT, bytes.length >> 8, bytes.length & 0xff);
  return concatenated(head, bytes);
}

function datagram(random: Random): Datagram {
  const waitMs = random.oneIn(4) ? random.below(256) * WAIT_MS_UNIT : 0;
  if (random.oneIn(2)) {
    const bytes = writeHandshake(anyHandshake(random), { destinationId: random.below(3), timestampUs: 0 });
    return { from: random.below(4), waitMs, bytes: bytes.slice(0, DATAGRAM_BYTES_MAX) };
  }
  // A control packet or a data packet, with something behind its header.
  const first = random.oneIn(2) ? [0x80, random.below(9), 0, 0] : [0, 0, 0, random.below(256)];
  const rest = random.bytes(PACKET_HEADER_BYTES - 4 + random.below(HANDSHAKE_BYTES));
  return { from: random.below(4), waitMs, bytes: concatenated(Uint8Array.from(first), rest) };
}
