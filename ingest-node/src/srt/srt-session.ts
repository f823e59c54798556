import { AUTHORIZE_TIMED_OUT, bitrateTooHigh } from '../rtmp/refusal-sentences.ts';
import type { PublishEnd, PublishEndReason, PublishRefusal } from '../server/publisher.ts';
import { Conclusion } from './conclusion.ts';
import { HANDSHAKE_TYPE, type Handshake, readHandshake } from './handshake.ts';
import { Joining } from './joining.ts';
import { LiveLink } from './live-link.ts';
import { CONTROL, type PacketHeader, readPacketHeader } from './packet.ts';
import { REJECT, reasonOfType, rejectReason } from './rejection.ts';
import { unlessGarbled } from './srt-error.ts';
import type { SrtSessionLimits } from './srt-limits.ts';
import {
  PASSPHRASE_MISSING,
  PASSPHRASE_UNEXPECTED,
  PASSPHRASE_WRONG,
  RECEIVER_FAILED,
  STREAM_ID_REFUSALS,
} from './srt-refusals.ts';
import type { SrtSessionEffect } from './srt-session-effect.ts';
import { nextSrtSessionState, type SrtSessionInput, type SrtSessionState } from './srt-session-life.ts';
import { streamAskedFor } from './stream-id.ts';

export interface SrtSessionOptions {
  readonly limits: SrtSessionLimits;
  /** The publisher's first conclusion with a cookie of ours, as it came. */
  readonly conclusion: Uint8Array;
  /** What an absent stream id means on this port. */
  readonly portKey?: string;
  /** Said at once, when there is no room. */
  readonly refusal?: PublishRefusal;
  readonly nowMs: number;
}

export interface SrtGrant {
  /** Secret. Absent: the stream must not be encrypted. */
  readonly passphrase?: string;
  readonly bitrateBpsMax?: number;
}

/**
 * One publisher's SRT connection, from its conclusion on, without sockets: datagrams and time in, effects out. It
 * decides who may, then joins the publisher to a receiver, which speaks SRT itself, and passes packets on untouched.
 * Nothing that a peer sends makes it throw. After each call, `poll` until it gives nothing, then wait for datagrams or
 * for `deadlineMs`.
 */
export class SrtSession {
  readonly #limits: SrtSessionLimits;
  readonly #effects: SrtSessionEffect[] = [];
  readonly #startedMs: number;
  readonly #conclusion: Conclusion;
  readonly #joining: Joining;
  #state: SrtSessionState = 'authorizing';
  #stateSinceMs: number;
  /** When the publisher last sent anything. */
  #heardMs: number;
  #bitrateBpsMax: number;
  /** The receiver's conclusion, or our no: the same answer for the same question. */
  #answer: Uint8Array | undefined;
  #link: LiveLink | undefined;
  #remindedMs = Number.NEGATIVE_INFINITY;

  /** Throws SrtError when the conclusion is no handshake at all, and nothing else. */
  constructor({ limits, conclusion, portKey, refusal, nowMs }: SrtSessionOptions) {
    this.#limits = limits;
    this.#conclusion = new Conclusion(conclusion, { ...limits, nowMs });
    this.#joining = new Joining(this.#conclusion, limits);
    this.#startedMs = nowMs;
    this.#stateSinceMs = nowMs;
    this.#heardMs = nowMs;
    this.#bitrateBpsMax = limits.bitrateBpsMax;
    if (refusal === undefined) this.#consider(portKey, nowMs);
    else this.refuse(refusal, nowMs);
  }

  get state(): SrtSessionState {
    return this.#state;
  }

  /** The receiver's socket, which the publisher's packets are for; known once there is one. */
  get receiverId(): number | undefined {
    return this.#link?.receiverId;
  }

  /** Packets pass. */
  get isLive(): boolean {
    return this.#state === 'live' || this.#state === 'draining';
  }

  /** When `tick` has something to do even if nothing comes. */
  get deadlineMs(): number {
    const link = this.#link;
    if (this.#state === 'closed') return Number.POSITIVE_INFINITY;
    if (this.#state === 'lingering') return this.#stateSinceMs + this.#limits.lingerMs;
    if (link === undefined) return Math.min(this.#attemptEndsMs, this.#attemptSilentMs, this.#joining.reachMs);
    if (this.#state === 'draining') return Math.min(link.farewellMs, link.drainEndsMs);
    return Math.min(this.#heardMs + this.#limits.peerSilentMs, link.mediaEndsMs, link.figuresMs);
  }

  /** The next thing to be done. */
  poll(): SrtSessionEffect | undefined {
    return this.#effects.shift();
  }

  /** A datagram from the publisher; a conclusion's cookie has been looked at. */
  receive(datagram: Uint8Array, nowMs: number): void {
    const header = unlessGarbled(() => readPacketHeader(datagram));
    // An ended one is forgotten, and answers nobody.
    if (header === undefined || this.#state === 'closed') return;
    this.#heardMs = nowMs;
    if (header.kind === 'control' && header.type === CONTROL.handshake) this.#askedAgain(nowMs);
    else if (this.#link !== undefined && this.isLive) this.#passOn(this.#link, { header, datagram, nowMs });
    else if (this.#state === 'lingering') this.#remind(nowMs);
  }

  /** A datagram from the receiver. */
  receiveFromReceiver(datagram: Uint8Array, nowMs: number): void {
    const header = unlessGarbled(() => readPacketHeader(datagram));
    if (header === undefined) return;
    if (this.isLive) {
      this.#link?.fromReceiver(header, datagram);
      this.#do({ kind: 'send-to-publisher', bytes: datagram });
      return;
    }
    const handshake = unlessGarbled(() => readHandshake(datagram));
    if (handshake === undefined) return;
    if (this.#state === 'reaching') this.#reached(handshake, nowMs);
    else if (this.#state === 'joining') this.#joined(handshake, datagram, nowMs);
  }

  /** The publisher may. */
  grant({ passphrase, bitrateBpsMax }: SrtGrant, nowMs: number): void {
    if (this.#state !== 'authorizing') return;
    const isEncrypted = this.#conclusion.offer?.isEncrypted === true;
    if (isEncrypted !== (passphrase !== undefined)) {
      this.refuse(isEncrypted ? PASSPHRASE_UNEXPECTED : PASSPHRASE_MISSING, nowMs);
      return;
    }
    this.#bitrateBpsMax = bitrateBpsMax ?? this.#limits.bitrateBpsMax;
    this.#step('granted', nowMs);
    this.#joining.begin(nowMs);
    this.#do({ kind: 'receiver-wanted', ...(passphrase === undefined ? {} : { passphrase }) });
  }

  /** The publisher may not, or has to go. */
  refuse(refusal: PublishRefusal, nowMs: number, reason: PublishEndReason = 'closed-by-us'): void {
    if (this.#state === 'lingering' || this.#state === 'closed') return;
    this.#do({ kind: 'refused', code: refusal.code });
    const end = { reason, detail: refusal.code };
    if (this.isLive) this.#end(end, nowMs);
    else this.#reject(rejectReason(refusal), end, nowMs);
  }

  /** The receiver is ready for what strangers send. */
  receiverConfined(nowMs: number): void {
    if (this.#step('receiver-confined', nowMs)) this.#conclude(nowMs);
  }

  /** Audio or video has come out of the receiver. */
  media(nowMs: number): void {
    this.#link?.media(nowMs);
  }

  /** The receiver has ended, by itself or with the connection. */
  receiverGone(detail: string, nowMs: number): void {
    // Nothing that the streamer did; a broadcast goes on with whoever comes back.
    if (this.isLive) this.#end(this.#link?.farewellEnd ?? { reason: 'peer-left', detail }, nowMs);
    else this.refuse(RECEIVER_FAILED, nowMs);
  }

  /** While nothing is taken from the receiver, its silence says nothing. */
  setPaused(isPaused: boolean, nowMs: number): void {
    this.#link?.setPaused(isPaused, nowMs);
  }

  tick(nowMs: number): void {
    const link = this.#link;
    if (this.#state === 'closed') return;
    if (this.#state === 'lingering') this.#tickLingering(nowMs);
    else if (link === undefined) this.#tickAttempt(nowMs);
    else if (this.#state === 'draining') this.#tickDraining(link, nowMs);
    else this.#tickLive(link, nowMs);
  }

  /** Forgets a publisher that has ended. */
  close(nowMs: number): void {
    if (this.#step('linger-over', nowMs)) this.#do({ kind: 'closed' });
  }

  get #attemptEndsMs(): number {
    return this.#startedMs + this.#limits.attemptMs;
  }

  get #attemptSilentMs(): number {
    return this.#heardMs + this.#limits.attemptSilentMs;
  }

  #consider(portKey: string | undefined, nowMs: number): void {
    const { reading } = this.#conclusion;
    if (reading.kind === 'unreadable') {
      this.#reject(reading.reason, { reason: 'protocol-error', detail: reading.detail }, nowMs);
      return;
    }
    const answer = streamAskedFor(reading.offer.streamId, portKey);
    if (answer.kind !== 'publish') {
      this.refuse(STREAM_ID_REFUSALS[answer.kind], nowMs);
      return;
    }
    const { streamKey, query } = answer;
    this.#do({ kind: 'publish-asked', streamKey, ...(query === undefined ? {} : { query }) });
  }

  #tickAttempt(nowMs: number): void {
    if (nowMs >= this.#attemptEndsMs) {
      this.refuse(this.#state === 'authorizing' ? AUTHORIZE_TIMED_OUT : RECEIVER_FAILED, nowMs);
    } else if (nowMs >= this.#attemptSilentMs) {
      this.#end({ reason: 'peer-left', detail: 'the publisher did not wait for the answer' }, nowMs);
    } else if (nowMs >= this.#joining.reachMs) {
      this.#do({ kind: 'send-to-receiver', bytes: this.#joining.induction(nowMs) });
    }
  }

  #tickLive(link: LiveLink, nowMs: number): void {
    if (nowMs >= this.#heardMs + this.#limits.peerSilentMs) {
      this.#end({ reason: 'peer-left', detail: 'the publisher vanished' }, nowMs);
    } else if (nowMs >= link.mediaEndsMs) {
      this.#end({ reason: 'timed-out', detail: link.mediaLimit }, nowMs);
    } else if (nowMs >= link.figuresMs) {
      this.#do({ kind: 'figures', figures: link.figures(nowMs) });
    }
  }

  #tickDraining(link: LiveLink, nowMs: number): void {
    if (nowMs >= link.drainEndsMs) {
      this.receiverGone('the receiver did not finish', nowMs);
      return;
    }
    const farewell = nowMs >= link.farewellMs ? link.takeFarewell() : undefined;
    if (farewell !== undefined) this.#do({ kind: 'send-to-receiver', bytes: farewell });
  }

  #tickLingering(nowMs: number): void {
    if (nowMs >= this.deadlineMs) this.close(nowMs);
  }

  #reached({ type, cookie }: Handshake, nowMs: number): void {
    if (type !== HANDSHAKE_TYPE.induction || !this.#step('receiver-answered', nowMs)) return;
    this.#joining.found(cookie);
    this.#do({ kind: 'confine-receiver' });
  }

  #conclude(nowMs: number): void {
    this.#do({ kind: 'send-to-receiver', bytes: this.#joining.question(nowMs) });
  }

  #joined(handshake: Handshake, datagram: Uint8Array, nowMs: number): void {
    const reason = reasonOfType(handshake.type);
    if (reason !== undefined) {
      const { code } = reason === REJECT.badSecret ? PASSPHRASE_WRONG : RECEIVER_FAILED;
      this.#do({ kind: 'refused', code });
      this.#say(datagram);
      this.#end({ reason: 'closed-by-us', detail: `${code}: SRT reason ${reason}` }, nowMs);
      return;
    }
    if (handshake.type !== HANDSHAKE_TYPE.conclusion || !this.#step('receiver-accepted', nowMs)) return;
    this.#link = new LiveLink({
      limits: this.#limits,
      acceptance: handshake,
      isEncrypted: this.#conclusion.offer?.isEncrypted === true,
      bitrateBpsMax: this.#bitrateBpsMax,
      nowMs,
    });
    this.#say(datagram);
    this.#warnOfLatency();
  }

  #warnOfLatency(): void {
    const askedMs = this.#conclusion.offer?.latencyMs ?? 0;
    const { latencyMsMax } = this.#limits;
    if (askedMs <= latencyMsMax) return;
    const sentence = `Your encoder asks for an SRT latency of ${askedMs} ms; ${latencyMsMax} ms is the most here.`;
    this.#do({ kind: 'warning', sentence });
  }

  /** The publisher repeats its conclusion until it has an answer, and any of them may have been lost. */
  #askedAgain(nowMs: number): void {
    if (this.#state === 'joining') this.#conclude(nowMs);
    else if (this.#answer !== undefined) this.#do({ kind: 'send-to-publisher', bytes: this.#answer });
  }

  #passOn(
    link: LiveLink,
    { header, datagram, nowMs }: { header: PacketHeader; datagram: Uint8Array; nowMs: number },
  ): void {
    const isAdmitted = link.admits(header, datagram.length, nowMs);
    if (header.kind === 'control' && header.type === CONTROL.shutdown) {
      if (this.#step('shutdown', nowMs)) link.leave(datagram, nowMs);
      return;
    }
    this.#do({ kind: 'send-to-receiver', bytes: datagram });
    if (!isAdmitted) this.refuse(bitrateTooHigh(this.#bitrateBpsMax), nowMs, 'limit');
  }

  /** Says goodbye to a publisher that may not have heard it yet. */
  #remind(nowMs: number): void {
    if (this.#link === undefined || nowMs < this.#remindedMs + this.#limits.repeatEveryMs) return;
    this.#remindedMs = nowMs;
    this.#do({ kind: 'send-to-publisher', bytes: this.#conclusion.shutdown(nowMs) });
  }

  #reject(reason: number, end: PublishEnd, nowMs: number): void {
    this.#say(this.#conclusion.rejection(reason, nowMs));
    this.#end(end, nowMs);
  }

  /** Says it now, and again to the same question. */
  #say(answer: Uint8Array): void {
    this.#answer = answer;
    this.#do({ kind: 'send-to-publisher', bytes: answer });
  }

  #end(end: PublishEnd, nowMs: number): void {
    if (this.isLive) {
      this.#answer = undefined;
      this.#remind(nowMs);
    }
    if (!this.#step('end', nowMs)) return;
    this.#do({ kind: 'ended', end });
    this.#do({ kind: 'receiver-done' });
  }

  #step(input: SrtSessionInput, nowMs: number): boolean {
    const next = nextSrtSessionState(this.#state, input);
    if (next === undefined) return false;
    this.#state = next;
    this.#stateSinceMs = nowMs;
    return true;
  }

  #do(effect: SrtSessionEffect): void {
    this.#effects.push(effect);
  }
}
