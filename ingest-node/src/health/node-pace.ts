import type { ToldFigures } from '@sluice/contracts';
import { DelayWindow } from '../operations/delay-window.ts';
import type { EncoderWork, TranscoderStats } from '../transcode/messages.ts';

/** What an event takes; beyond it is a stall, and others tell of that. */
const LAG_MS_MAX = 600_000;
const SPEED_MAX = 1_000;
/** An encoder that worked for less has shown nothing yet. */
const BUSY_MS_MIN = 1;

/** How the node keeps up with a broadcast; what it did not do since the last time is absent. */
export type PaceFigures = Pick<
  ToldFigures,
  'encodeSpeed' | 'encodeLagMs' | 'uploadLagMsP50' | 'uploadLagMsP95' | 'announceLagMsP95'
>;

const NOTHING_DONE: EncoderWork = { encodedMs: 0, busyMs: 0 };

/** Whether this node keeps up with a broadcast: in its encoders, to storage and to the edge. */
export class NodePace {
  readonly #uploads = new DelayWindow();
  readonly #announcements = new DelayWindow();
  #encoders: readonly EncoderWork[] = [];
  /** What the encoders had done by the last figures. */
  #before: readonly EncoderWork[] = [];
  #encodeLagMsMax: number | undefined;

  encoded({ encoders, encodeLagMs }: Pick<TranscoderStats, 'encoders' | 'encodeLagMs'>): void {
    this.#encoders = encoders;
    if (encoders.length > 0) this.#encodeLagMsMax = Math.max(this.#encodeLagMsMax ?? 0, encodeLagMs);
  }

  /** Another child counts from the beginning. */
  transcoderGone(): void {
    this.#encoders = [];
    this.#before = [];
  }

  uploaded(lagMs: number): void {
    this.#uploads.add(lagMs);
  }

  announced(lagMs: number): void {
    this.#announcements.add(lagMs);
  }

  /** All of it since the last time. */
  take(): PaceFigures {
    const speed = this.#speed();
    const lagMs = this.#encodeLagMsMax;
    const upload = this.#uploads.take();
    const announcement = this.#announcements.take();
    this.#before = this.#encoders;
    this.#encodeLagMsMax = undefined;
    return {
      ...(speed !== undefined && { encodeSpeed: Math.min(SPEED_MAX, Math.round(speed * 100) / 100) }),
      ...(lagMs !== undefined && { encodeLagMs: bounded(lagMs) }),
      ...(upload && { uploadLagMsP50: bounded(upload.p50Ms), uploadLagMsP95: bounded(upload.p95Ms) }),
      ...(announcement && { announceLagMsP95: bounded(announcement.p95Ms) }),
    };
  }

  /** Of the slowest. One that rests, or waits for pictures, is not slow. */
  #speed(): number | undefined {
    const speeds = this.#encoders.flatMap(({ encodedMs, busyMs }, index) => {
      const before = this.#before[index] ?? NOTHING_DONE;
      const workedMs = busyMs - before.busyMs;
      return workedMs < BUSY_MS_MIN ? [] : [(encodedMs - before.encodedMs) / workedMs];
    });
    return speeds.length === 0 ? undefined : Math.min(...speeds);
  }
}

function bounded(lagMs: number): number {
  return Math.min(LAG_MS_MAX, Math.round(lagMs));
}
