import type { RenditionId } from '@sluice/contracts';
import type { BroadcastImage } from '../../media/broadcast-image.ts';
import type { ContinuedBroadcast, EncodedBroadcast, EncodedFrame } from '../../media/encoded.ts';
import { avcColour } from '../avc-colour.ts';
import type { ColourTags } from '../colour-tags.ts';
import type { TranscoderStats, TranscoderWarning } from '../messages.ts';
import type { Clock } from './clock.ts';
import type { Letter } from './inbox.ts';
import { type BroadcastSettings, type BroadcastStart, LiveBroadcast } from './live-broadcast.ts';
import { SourceIntake } from './source-intake.ts';
import { type FoundSource, type Held, SourceProbe } from './source-probe.ts';
import type { Resting } from './video-ladder.ts';
import { Warnings } from './warnings.ts';

export interface SessionListener {
  /** Once, before the first frame. */
  onBroadcast(broadcast: EncodedBroadcast): void;
  onFrame(frame: EncodedFrame): void;
  /** What an order to rest comes to; before any frame of the segment with which it begins. */
  onResting(resting: Resting): void;
  /** How the broadcast looked; each is told once. */
  onImage(image: BroadcastImage): void;
  /** No more images come, and all else does. */
  onImageTrouble(why: string): void;
  onWarning(warning: TranscoderWarning): void;
  /** Last, and once: nothing of the broadcast is left to be told. */
  onEnded(reason: 'stopped' | 'overloaded' | 'failed', detail: string): void;
}

/** Where a session stands: it looks at the source; its encoders open; slots go by; the last ones are encoded; over. */
type Phase = 'probing' | 'opening' | 'live' | 'finishing' | 'ended';

const NOTHING_COUNTED = {
  slotCount: 0,
  freshCount: 0,
  repeatCount: 0,
  slateCount: 0,
  droppedFrameCount: 0,
  silenceSampleCount: 0,
  cutSampleCount: 0,
  encodeQueueLength: 0,
  encoders: [],
};

/**
 * One broadcast in the child: from the publisher's packets to coded frames on the grid. Messages are handled one after
 * the other; advance() may come in between.
 */
export class Session {
  readonly #settings: BroadcastSettings;
  readonly #clock: Clock;
  readonly #listener: SessionListener;
  readonly #intake: SourceIntake;
  readonly #warnings: Warnings;
  #probe: SourceProbe;
  #phase: Phase = 'probing';
  #opening: Promise<void> | undefined;
  #live: LiveBroadcast | undefined;

  constructor(settings: BroadcastSettings, clock: Clock, listener: SessionListener) {
    this.#settings = settings;
    this.#clock = clock;
    this.#listener = listener;
    this.#warnings = new Warnings((warning) => listener.onWarning(warning));
    this.#intake = new SourceIntake(clock, (code) => this.#warnings.say(code, clock.nowUs()));
    this.#probe = this.#newProbe();
  }

  /** When advance() has something to do even if nothing comes. */
  get deadlineUs(): number {
    if (this.#phase === 'probing') return this.#probe.deadlineUs;
    return this.#phase === 'live' && this.#live !== undefined ? this.#live.deadlineUs : Number.POSITIVE_INFINITY;
  }

  /** How long to wait before the next message is handled, since the source is faster than real time. */
  get holdUs(): number {
    return this.#intake.holdUs;
  }

  get stats(): TranscoderStats {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external } = process.memoryUsage();
    const counts = this.#live?.counts ?? NOTHING_COUNTED;
    const { sourceSize } = this.#intake;
    return {
      ...counts,
      droppedFrameCount: counts.droppedFrameCount + this.#probe.droppedCount,
      decodeErrorCount: this.#intake.errorCount,
      videoLateMs: this.#intake.videoLateUs / 1_000,
      encodeLagMs: this.#live?.lagMs(this.#clock.nowUs()) ?? 0,
      ...(sourceSize !== undefined && { sourceSize }),
      residentBytes: rss,
      heapUsedBytes: heapUsed,
      externalBytes: external,
      cpuMs: (user + system) / 1_000,
    };
  }

  async handle({ message, payload }: Letter): Promise<void> {
    switch (message.kind) {
      case 'video-config':
        this.#probe.namePicture();
        return await this.#intake.configure({ ...message, extradata: payload });
      case 'audio-config':
        return await this.#intake.configure({ ...message, extradata: payload });
      case 'metadata':
        this.#probe.stateFrameRate(message.frameRate);
        return this.#probe.stateSize(message.widthPx, message.heightPx);
      case 'video':
      case 'audio':
        return await this.#take(await this.#intake.take({ ...message, payload }));
      case 'source-left':
        return this.#intake.left();
      case 'source-joined':
        return this.#joined();
      case 'rest':
        return this.#rest(message.renditionIds);
      case 'stop':
        return await this.#stop();
      case 'start':
        // The first message; main.ts made this session of it. Another one changes nothing.
        return;
    }
  }

  /** Does what the time has come for. */
  advance(now: number): void {
    if (this.#phase === 'probing') {
      const found = this.#probe.found(now);
      if (found !== undefined) void this.#begin(found);
    }
    if (this.#phase !== 'live' || this.#live === undefined) return;
    this.#live.advance(now);
    if (this.#live.hasGivenUp) this.#end('overloaded', 'Encoding fell too far behind real time.');
  }

  /** Called about once a second. */
  review(): void {
    this.#intake.review();
    if (this.#live?.isOverloaded === true) this.#warnings.say('cpu-overload', this.#clock.nowUs());
  }

  async #take(taken: Held): Promise<void> {
    // The time of probing may have run out while this packet was being decoded.
    await this.#opening;
    if (this.#phase !== 'probing') return this.#show(taken);
    this.#probe.stateFrameRate(this.#intake.statedFps);
    for (const picture of taken.pictures) this.#probe.picture(picture);
    for (const sound of taken.sounds) this.#probe.sound(sound);
    const found = this.#probe.found(this.#clock.nowUs());
    if (found !== undefined) await this.#begin(found);
  }

  #show({ pictures, sounds }: Held): void {
    const live = this.#live;
    if (this.#phase !== 'live' || live === undefined) {
      for (const { frame } of pictures) frame.free();
      return;
    }
    live.waitFor(this.#intake.lateUs);
    for (const picture of pictures) {
      if (!live.offerPicture(picture)) this.#warnings.say('colours-changed', this.#clock.nowUs());
    }
    for (const sound of sounds) {
      const correction = live.offerSound(sound);
      if (correction !== undefined) this.#intake.compensateAudio(correction.deltaSamples, correction.overSamples);
    }
    if (live.hasGivenUp) this.#end('overloaded', 'Encoding fell too far behind real time.');
  }

  /** Begins the broadcast with what the probe holds. */
  #begin(found: FoundSource): Promise<void> {
    this.#phase = 'opening';
    this.#opening = this.#open(found).catch((error: unknown) => this.#fail(error));
    return this.#opening;
  }

  async #open(found: FoundSource): Promise<void> {
    if (found.isVariable) this.#warnings.say('variable-frame-rate', this.#clock.nowUs());
    if (found.isReduced) this.#warnings.say('frame-rate-reduced', this.#clock.nowUs());
    const held = this.#intake.settle(this.#probe.release());
    const start = this.#startOf(held);
    const live = await LiveBroadcast.open({ ...this.#settings, ...start }, found, {
      clock: this.#clock,
      listener: {
        onFrame: (frame) => this.#listener.onFrame(frame),
        onImage: (image) => this.#listener.onImage(image),
        onImageTrouble: (why) => this.#listener.onImageTrouble(why),
        onFailure: (error) => this.#fail(error),
      },
    });
    this.#listener.onBroadcast(live.encoded);
    this.#live = live;
    this.#phase = 'live';
    // Sound from before the first picture is of no use to anybody.
    const sounds = held.sounds.filter(({ timeUs, sound }) => timeUs + sound.durationUs > start.startUs);
    this.#show({ pictures: held.pictures, sounds });
  }

  #joined(): void {
    this.#intake.joined();
    if (this.#phase !== 'probing') return;
    // What was held belongs to another time; two publishers' halves make no beginning.
    for (const { frame } of this.#probe.release().pictures) frame.free();
    this.#probe = this.#newProbe();
  }

  /** Only who was told of the broadcast knows what may rest; when it ends nothing begins any more. */
  #rest(renditionIds: readonly RenditionId[]): void {
    if (this.#phase === 'live' && this.#live !== undefined) this.#listener.onResting(this.#live.rest(renditionIds));
  }

  #newProbe(): SourceProbe {
    const { continues } = this.#settings;
    if (continues === undefined) return new SourceProbe();
    const { frameRate } = continues.description;
    const colour = statedColour(continues);
    return new SourceProbe({ frameRate, isVariable: false, isReduced: false, colour, sinceUs: this.#clock.nowUs() });
  }

  /** When slot 0 is: of a broadcast that goes on, where its description says. */
  #startOf(held: Held): BroadcastStart {
    const { continues } = this.#settings;
    const { lateUs } = this.#intake;
    const nowUs = this.#clock.nowUs();
    if (continues !== undefined) {
      const { startedAtMs } = continues.description;
      return { startedAtMs, startUs: nowUs - (this.#clock.wallMsAt(nowUs) - startedAtMs) * 1_000, lateUs };
    }
    const startUs = (held.pictures[0] ?? held.sounds[0])?.timeUs ?? nowUs;
    return { startUs, startedAtMs: Math.round(this.#clock.wallMsAt(startUs)), lateUs };
  }

  async #stop(): Promise<void> {
    await this.#opening;
    const found = this.#phase === 'probing' ? this.#probe.best() : undefined;
    if (found !== undefined) await this.#begin(found);
    if (this.#phase === 'ended') return;
    this.#phase = 'finishing';
    await this.#live?.finish();
    this.#end('stopped', this.#live === undefined ? 'Nothing came that could be shown.' : 'The broadcast was stopped.');
  }

  #fail(error: unknown): void {
    this.#end('failed', error instanceof Error ? error.message : 'An error without a name.');
  }

  #end(reason: 'stopped' | 'overloaded' | 'failed', detail: string): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#listener.onEnded(reason, detail);
  }
}

/** The colours that its viewers were told: all video renditions have the same ones. */
function statedColour({ description }: ContinuedBroadcast): ColourTags | undefined {
  const video = description.renditions.find(({ kind }) => kind === 'video');
  return video === undefined ? undefined : avcColour(Buffer.from(video.configuration, 'base64'));
}
