import type { Logger } from 'pino';
import type { BroadcastHealth } from '../health/broadcast-health.ts';
import { heldBack } from '../health/health-warning.ts';
import type { PublishedEvent } from '../media/source.ts';
import type { PublishEnd, PublishRefusal, PublishSink } from '../server/publisher.ts';
import type { AdmittedPublisher } from './admitted-publisher.ts';
import { BackPressure } from './back-pressure.ts';
import type { MediaPath } from './media-path.ts';
import { PublisherSeats, type SeatChange } from './publisher-seats.ts';
import type { SilenceLimits } from './silence-limits.ts';
import type { SourceFeed } from './source-feed.ts';
import { TakeoverBrake } from './takeover-brake.ts';

export interface BroadcastSourceOptions {
  readonly silence: SilenceLimits;
  readonly feed: SourceFeed;
  readonly health: BroadcastHealth;
  readonly media: Pick<MediaPath, 'push' | 'sourceLeft' | 'sourceJoined' | 'publisherChanged' | 'giveTranscoderUp'>;
  /** With the broadcast's names, once it has some. */
  readonly logger: () => Logger;
  /** Another publisher is on air from here on. */
  readonly onChange: (publisher: AdmittedPublisher) => void;
  /** The last publisher has left. */
  readonly onEmpty: (end: PublishEnd) => void;
}

/**
 * What comes into a broadcast: its publishers, and the way of what they send, to their health, to those who play it and
 * to the transcoder, which holds them back when it is full.
 */
export class BroadcastSource {
  readonly #options: BroadcastSourceOptions;
  readonly #seats: PublisherSeats;
  readonly #pressure: BackPressure;
  readonly #takeovers = new TakeoverBrake();

  constructor(options: BroadcastSourceOptions) {
    this.#options = options;
    const { health, media } = options;
    this.#pressure = new BackPressure({
      onLasting: () => health.onWarning(heldBack()),
      onStuck: () => media.giveTranscoderUp('The transcoder has taken nothing of the source for too long.'),
    });
    this.#seats = new PublisherSeats({
      silentMs: options.silence.standbyMs,
      listener: {
        onEvent: (event) => {
          health.onEvent(event);
          this.#push(event);
        },
        onChange: (change, events) => this.#changed(change, events),
        onWarning: (sentence) => health.onSentence(sentence),
        onFigures: (figures) => health.onLink(figures),
        onEmpty: (end) => options.onEmpty(end),
      },
    });
  }

  /** Who stands by. */
  get standby(): AdmittedPublisher | undefined {
    return this.#seats.standby;
  }

  /** How long the publisher on air has sent nothing; without one, for ever. */
  get quietMs(): number {
    return this.#seats.quietMs;
  }

  /** Nothing comes from whoever is on air: nobody is disturbed by another one. */
  get isQuiet(): boolean {
    return this.#seats.quietMs >= this.#options.silence.quietMs;
  }

  /** Takes the first publisher. */
  admit(publisher: AdmittedPublisher): PublishSink {
    this.#onAir(publisher);
    return this.#seats.admit(publisher);
  }

  /** Takes a publisher when there was one before, and nobody is there any more. */
  rejoin(publisher: AdmittedPublisher): PublishSink {
    this.#begin(publisher);
    return this.#seats.admit(publisher);
  }

  /** Takes one more publisher: on air, where viewers see another picture then, or to stand by. `undefined`: neither. */
  takeSecond(publisher: AdmittedPublisher): PublishSink | undefined {
    switch (this.#placeOf(publisher)) {
      case 'on-air':
        return this.#seats.replace(publisher);
      case 'standby':
        this.#options.logger().info('a backup stands by');
        return this.#seats.standBy(publisher);
      case 'nowhere':
        return undefined;
    }
  }

  /** Whether another publisher, who cannot go on with this broadcast, may end it for one of its own. */
  givesWayTo(publisher: AdmittedPublisher): boolean {
    return this.#placeOf(publisher) === 'on-air';
  }

  /** The transcoder takes more of it. */
  resume(): void {
    this.#pressure.release();
    this.#options.health.onHeld(false);
    this.#seats.resume();
  }

  /** Sends everybody away; nothing comes any more. */
  close(refusal: PublishRefusal): void {
    this.#pressure.close();
    this.#options.health.close();
    this.#options.feed.end();
    this.#seats.close(refusal);
  }

  #placeOf({ isBackup, authorized: { settings } }: AdmittedPublisher): 'on-air' | 'standby' | 'nowhere' {
    // A backup never pushes its primary aside, and a primary always comes before its backup.
    if (isBackup && !this.#seats.isBackupOnAir) return 'standby';
    if (!isBackup && this.#seats.isBackupOnAir) return 'on-air';
    // An encoder that comes back is often here before its broken connection is noticed.
    if (this.isQuiet) return 'on-air';
    const isTakeover = settings.takeover === 'take-over' && this.#takeovers.take(performance.now());
    return isTakeover ? 'on-air' : 'nowhere';
  }

  /** The seam between two publishers: the picture repeats until the new one's first is there. */
  #changed({ why, publisher }: SeatChange, events: readonly PublishedEvent[]): void {
    this.#options.logger().info({ why }, 'another publisher is on air');
    this.#options.onChange(publisher);
    this.#options.media.sourceLeft();
    this.#options.media.publisherChanged();
    this.#begin(publisher);
    for (const event of events) {
      this.#options.health.onRemembered(event);
      this.#push(event);
    }
  }

  #onAir({ protocol, authorized: { settings } }: AdmittedPublisher): void {
    this.#options.health.onAir({ protocol, ingestBitrateBpsMax: settings.ingestBitrateBpsMax });
  }

  #begin(publisher: AdmittedPublisher): void {
    this.#onAir(publisher);
    this.#options.feed.restart();
    this.#options.media.sourceJoined();
  }

  #push(event: PublishedEvent): void {
    // Nobody plays what is not one source.
    if (event.kind !== 'samples') this.#options.feed.push(event);
    if (this.#options.media.push(event)) return;
    this.#pressure.hold();
    this.#options.health.onHeld(true);
    this.#seats.pause();
  }
}
