import { ChannelId } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { JobOutcome } from '../jobs/job.ts';
import type { Tagged } from './medialive-account.ts';
import type { MediaLiveSetup } from './medialive-driver.ts';
import { MediaLiveFault } from './medialive-fault.ts';
import type { MediaLiveRecord } from './medialive-record.ts';
import type { MediaLives } from './medialives.ts';

/** What runs and is wanted by nobody costs money by the minute; what is listed costs nothing. */
const SWEEP_MS = 15 * 60_000;

/** The next round. Rounds that several processes begin are one, since all of them are at the same times. */
export function nextSweepMs(nowMs: number): number {
  return (Math.floor(nowMs / SWEEP_MS) + 1) * SWEEP_MS;
}

export interface MediaLiveSweeperParts {
  readonly setup: MediaLiveSetup;
  readonly mediaLives: MediaLives;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/**
 * Removes what has our deployment's tag and stands in no record: of a call whose answer nobody lived to write down, or of
 * records that were lost. It stops in one round and removes in a later one. Nothing without the tag is touched, and
 * nothing on doubt: where a record cannot be read, and where no channel is named.
 */
export class MediaLiveSweeper {
  readonly #parts: MediaLiveSweeperParts;

  constructor(parts: MediaLiveSweeperParts) {
    this.#parts = parts;
  }

  /** The job. */
  async run(): Promise<JobOutcome> {
    const { setup, nowMs } = this.#parts;
    for (const tagged of await setup.account.all()) await this.#look(tagged);
    return { kind: 'again', atMs: nextSweepMs(nowMs()) };
  }

  async #look(tagged: Tagged): Promise<void> {
    const { log } = this.#parts;
    try {
      if (await this.#isOrphan(tagged)) await this.#sweep(tagged);
    } catch (error) {
      if (error instanceof MediaLiveFault) {
        const { code, sentence } = error;
        // Most often something else holds it still, and is gone by the next round.
        log.info(
          { ...named(tagged), code, sentence },
          'something of MediaLive that nobody wants cannot be removed yet',
        );
        return;
      }
      // It may know of this very thing; what others have is swept all the same.
      log.error(
        { ...named(tagged), err: error },
        'a record of MediaLive cannot be read, and what it may know of stays',
      );
    }
  }

  async #isOrphan({ kind, id, channelId }: Tagged): Promise<boolean> {
    const name = ChannelId.safeParse(channelId);
    // We name the channel in whatever we make: somebody else gave it our tag.
    if (!name.success) return false;
    const record = (await this.#parts.mediaLives.get(name.data))?.value;
    // What is being made may be there before it is written down.
    return record === undefined || (record.state !== 'creating' && idOf(record, kind) !== id);
  }

  async #sweep(tagged: Tagged): Promise<void> {
    const { setup, log } = this.#parts;
    log.warn(named(tagged), 'something of MediaLive that nobody wants is removed');
    if (tagged.kind === 'channel' && tagged.state === 'RUNNING') await setup.account.stopChannel(tagged.id);
    else if (tagged.state !== 'DELETING') await setup.account.remove(tagged);
  }
}

/** For the log: the generation is the name of the stream that is pushed, and whoever knows it can push. */
function named({ generation: _, ...rest }: Tagged): Omit<Tagged, 'generation'> {
  return rest;
}

function idOf({ awsChannelId, inputId, securityGroupId }: MediaLiveRecord, kind: Tagged['kind']): string | undefined {
  return { channel: awsChannelId, input: inputId, 'security-group': securityGroupId }[kind];
}
