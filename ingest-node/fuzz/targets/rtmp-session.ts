import type { SourceEvent } from '../../src/media/source.ts';
import { HANDSHAKE_RANDOM_BYTES } from '../../src/rtmp/handshake.ts';
import { MESSAGE } from '../../src/rtmp/message.ts';
import { AVC_CONFIG, AVC_KEYFRAME, CLIENT_HANDSHAKE, ClientBytes } from '../../src/rtmp/rtmp-client-fixture.ts';
import { RtmpSession } from '../../src/rtmp/rtmp-session.ts';
import type { SessionEffect } from '../../src/rtmp/session-effect.ts';
import { SESSION_LIMITS } from '../../src/rtmp/session-limits.ts';
import { Fingerprint } from '../fingerprint.ts';
import { type FuzzTarget, mustHold } from '../fuzz-target.ts';
import { concatenated } from '../mutate.ts';
import { Random } from '../random.ts';
import { inRandomPieces, inReads } from '../splits.ts';
import { amfArguments } from './amf-grammar.ts';
import { chunks } from './chunk-stream.ts';
import { mediaPayload } from './media-grammar.ts';
import { rtmpRecordings } from './recordings.ts';
import { CLIENT_HANDSHAKE_BYTES } from './rtmp-messages.ts';

const INPUT_BYTES_MAX = 40 * 1_024;
/** What is said back to a client is in proportion to what it says. */
const ANSWER_BYTES_MAX = 64 * 1_024;
const ANSWER_RATIO_MAX = 64;
const COMMANDS = [
  'connect',
  'createStream',
  'publish',
  'play',
  'releaseStream',
  'FCPublish',
  'FCUnpublish',
  'closeStream',
  'deleteStream',
  'getStreamLength',
  '_checkbw',
  '_result',
  '',
  'constructor',
] as const;

/** What a player is sent. */
const PLAYED: readonly SourceEvent[] = [
  { kind: 'video-config', codec: 'h264', extradata: AVC_CONFIG.slice(5) },
  { kind: 'video', ptsUs: 0, dtsUs: 0, isKeyframe: true, payload: AVC_KEYFRAME.slice(5) },
];

/**
 * A whole RTMP connection, the handshake with it: throws nothing at all; splits do not matter; it ends once at most and
 * asks to publish before there is media.
 */
export function rtmpSessionTarget(): FuzzTarget {
  const recordings = rtmpRecordings();
  return {
    name: 'rtmp-session',
    corpus: [...recordings, ...recordings.map((recording) => recording.slice(0, CLIENT_HANDSHAKE_BYTES + 4_096))],
    inputBytesMax: INPUT_BYTES_MAX,
    generate: dialogue,
    run: (input) => {
      const whole = play(inReads(input));
      const split = play(inRandomPieces(input, Random.ofBytes(input)));
      mustHold(whole.effects === split.effects, 'effects depend on how the bytes were split');
      mustHold(
        whole.sentBytes <= Math.max(ANSWER_BYTES_MAX, ANSWER_RATIO_MAX * input.length),
        'the answers are out of proportion',
      );
      return whole.outcome;
    },
  };
}

interface Played {
  readonly effects: string;
  readonly outcome: string;
  readonly sentBytes: number;
}

/** Says yes to a publisher at once, as a driver may. */
function play(pieces: readonly Uint8Array[]): Played {
  const nowMs = 1_000;
  const random = new Uint8Array(HANDSHAKE_RANDOM_BYTES);
  const session = new RtmpSession({ limits: SESSION_LIMITS, random, nowMs, canPlay: true });
  const seen = new Fingerprint();
  const life = new SessionLifeWatch();
  let sentBytes = 0;
  const drain = () => {
    for (let effect = session.poll(); effect !== undefined; effect = session.poll()) {
      life.see(effect);
      // Acknowledgements come with reads, so that what is sent, and when, does depend on them.
      if (effect.kind === 'send') sentBytes += effect.bytes.length;
      else seen.add(effect);
      if (effect.kind === 'publish-asked') session.grant({}, nowMs);
      if (effect.kind === 'play-asked') {
        session.grantPlay(nowMs);
        session.play(PLAYED, 0, nowMs);
      }
    }
  };
  for (const piece of pieces) {
    session.receive(piece, nowMs);
    drain();
  }
  session.lose({ reason: 'peer-left', detail: 'FIN' }, nowMs);
  drain();
  mustHold(life.isOver, 'the session did not end with its connection');
  return { effects: seen.text, outcome: life.outcome, sentBytes };
}

/** What must be true of the effects of any session. */
class SessionLifeWatch {
  readonly #kinds = new Set<string>();
  /** Publishers that were asked about, or refused before anybody was. */
  #begun = 0;
  #isAsked = false;
  #playersAsked = 0;
  #playersEnded = 0;
  #ended = 0;
  #closed = 0;

  see(effect: SessionEffect): void {
    mustHold(this.#closed === 0, `${effect.kind} came after the end`);
    this.#kinds.add(effect.kind === 'media' ? effect.event.kind : effect.kind);
    if (effect.kind === 'play-asked') this.#playersAsked += 1;
    if (effect.kind === 'play-ended') this.#playersEnded += 1;
    mustHold(this.#playersEnded <= this.#playersAsked, 'more players ended than have asked');
    if (effect.kind === 'publish-asked') this.#isAsked = true;
    if (effect.kind === 'publish-asked' || (effect.kind === 'refused' && !this.#isAsked)) this.#begun += 1;
    if (effect.kind === 'media') mustHold(this.#isAsked, 'there is media without a publisher');
    if (effect.kind === 'ended') {
      this.#ended += 1;
      this.#isAsked = false;
    }
    if (effect.kind === 'closed') {
      this.#closed += 1;
      this.#kinds.add(effect.end.detail.split(':')[0] ?? '');
    }
    mustHold(this.#ended <= this.#begun, 'more publishers ended than have begun');
  }

  get isOver(): boolean {
    return this.#closed === 1 && this.#ended === this.#begun && this.#playersEnded === this.#playersAsked;
  }

  get outcome(): string {
    return [...this.#kinds].toSorted().join(' ');
  }
}

/** A handshake, the usual commands, and then messages of all kinds in any order. */
function dialogue(random: Random): Uint8Array {
  const client = new ClientBytes();
  const pieces: Uint8Array[] = [CLIENT_HANDSHAKE];
  if (!random.oneIn(8)) pieces.push(client.connect());
  if (!random.oneIn(8)) pieces.push(client.createStream());
  if (random.oneIn(4)) pieces.push(client.play(random.oneIn(6) ? null : 'demo?token=t'));
  else if (!random.oneIn(4)) pieces.push(client.publish(random.oneIn(6) ? null : 'key'));
  for (let left = random.below(30); left > 0; left -= 1) {
    const timeMs = random.oneIn(6) ? random.u32() : random.below(20_000);
    const typeId = random.pick([MESSAGE.video, MESSAGE.audio, MESSAGE.aggregate]);
    if (random.oneIn(3)) {
      pieces.push(client.command(random.below(3), random.pick(COMMANDS), random.below(9), ...amfArguments(random)));
    } else pieces.push(client.message(typeId, mediaPayload(typeId, random), { timeMs }));
  }
  if (random.oneIn(3)) pieces.push(chunks(random));
  return concatenated(...pieces);
}
