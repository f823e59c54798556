import { randomUUID } from 'node:crypto';
import { ChannelId } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { Channels } from '../channels/channels.ts';
import type { JobOutcome } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { hashStreamKey, makeStreamKey, makeStreamKeyId } from '../stream-keys/stream-key.ts';
import type { MediaLiveAccount } from './medialive-account.ts';
import { MediaLiveFault } from './medialive-fault.ts';
import { type MediaLiveInput, nextMediaLiveState } from './medialive-life.ts';
import { makeChannel, makeInput, makeSecurityGroup } from './medialive-making.ts';
import { mediaLivePlan } from './medialive-plan.ts';
import type { MediaLiveRecord } from './medialive-record.ts';
import type { MediaLiveRequestOptions } from './medialive-requests.ts';
import type { MediaLives } from './medialives.ts';

/** AWS takes half a minute to a few minutes for what it does; it allows five such questions a second. */
const LOOK_MS = 5_000;
/** Asked too often, or AWS failed. */
const BUSY_MS = 15_000;
/** One that runs is looked at, for somebody else may stop it. */
const WATCH_MS = 60_000;

export interface MediaLiveSetup {
  readonly account: MediaLiveAccount;
  /** Tells our things in the account from another deployment's. */
  readonly deployment: string;
  /** What MediaLive acts as. */
  readonly roleArn: string;
  /** Where our nodes take CMAF, as MediaLive reaches it: `https://ingest.example/cmaf`. */
  readonly ingestUrl: string;
}

export interface MediaLiveDriverParts {
  readonly setup: MediaLiveSetup;
  readonly mediaLives: MediaLives;
  readonly channels: Channels;
  readonly queue: JobQueue;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** What one step has come to: what is known now, and when the next one is due. Nothing more: `undefined`. */
interface Step {
  readonly to: MediaLiveRecord;
  readonly afterMs: number | undefined;
}

/**
 * Makes, starts, stops and removes MediaLive for channels. Each call of the job does one step and writes it down, so it
 * goes on after whatever interrupts it: what was made and not written down is made under the same name again.
 */
export class MediaLiveDriver {
  readonly #parts: MediaLiveDriverParts;

  constructor(parts: MediaLiveDriverParts) {
    this.#parts = parts;
  }

  /** It is to be live, or is not to be there. */
  async want(channelId: ChannelId, isWanted: boolean): Promise<MediaLiveRecord> {
    const { mediaLives, queue, nowMs } = this.#parts;
    const record = await mediaLives.want(channelId, isWanted, nowMs());
    await queue.add({ kind: 'medialive', name: channelId, dueAtMs: nowMs() });
    return record;
  }

  /** The channel is being deleted: what there is goes, after it if need be. */
  readonly forget = async (channelId: ChannelId): Promise<void> => {
    if ((await this.#parts.mediaLives.get(channelId)) !== undefined) await this.want(channelId, false);
  };

  /** The job. */
  async run(name: string): Promise<JobOutcome> {
    const { mediaLives, nowMs, log } = this.#parts;
    const kept = await mediaLives.get(ChannelId.parse(name));
    if (kept === undefined) return { kind: 'done' };
    const { to, afterMs } = await this.#step(kept.value);
    if (to.state !== kept.value.state) {
      log.info({ channelId: to.channelId, from: kept.value.state, to: to.state }, 'a MediaLive has gone on');
    }
    const isWritten = await mediaLives.put({ ...to, changedAtMs: nowMs() }, kept.version);
    // Somebody wants something else by now.
    if (!isWritten) return { kind: 'again', atMs: nowMs() };
    return afterMs === undefined ? { kind: 'done' } : { kind: 'again', atMs: within(nowMs(), afterMs) };
  }

  async #step(record: MediaLiveRecord): Promise<Step> {
    try {
      return await this.#stepOf(record);
    } catch (error) {
      // Our own: the runner says so, and calls again.
      if (!(error instanceof MediaLiveFault)) throw error;
      return this.#faulted(record, error);
    }
  }

  #stepOf(record: MediaLiveRecord): Promise<Step> | Step {
    const { state, isWanted } = record;
    switch (state) {
      case 'absent':
        return isWanted ? this.#plan(record) : settled(record);
      case 'creating':
        return isWanted ? this.#make(record) : on(record, 'unwanted');
      case 'idle':
        return this.#fromIdle(record);
      case 'starting':
        return isWanted ? this.#awaitStart(record) : on(record, 'unwanted');
      case 'running':
        return isWanted ? this.#watch(record) : on(record, 'unwanted');
      case 'stopping':
        return this.#stop(record);
      case 'deleting':
        return this.#remove(record);
      case 'failed':
        return isWanted ? settled(record) : on(record, 'unwanted');
    }
  }

  #faulted(record: MediaLiveRecord, { kind, code, sentence, cause }: MediaLiveFault): Step {
    const { channelId, state } = record;
    const reason = code === 'no-answer' && { err: cause };
    this.#parts.log.warn({ channelId, state, code, sentence, ...reason }, 'MediaLive said no');
    const told = { ...record, lastWord: this.#word(code, sentence) };
    if (kind === 'refused') return { ...on(told, 'refused'), afterMs: undefined };
    return { to: told, afterMs: kind === 'later' ? LOOK_MS : BUSY_MS };
  }

  /** What it is made for, and under which names, is written down before anything is asked for. */
  async #plan(record: MediaLiveRecord): Promise<Step> {
    const { channels } = this.#parts;
    const channel = (await channels.get(record.channelId))?.value;
    const plan = channel && mediaLivePlan(channel);
    // Its settings were changed, or it is gone.
    if (plan === undefined) return settled({ ...record, isWanted: false });
    const { channelId } = record;
    const planned: MediaLiveRecord = {
      channelId,
      isWanted: true,
      state: record.state,
      generation: randomUUID(),
      plan,
      streamKey: makeStreamKey(),
      keyId: makeStreamKeyId(),
      pushUrls: [],
      changedAtMs: record.changedAtMs,
    };
    return on(planned, 'wanted');
  }

  /** One thing after the other: the next needs the name of the one before. */
  async #make(record: MediaLiveRecord): Promise<Step> {
    const { account, roleArn, ingestUrl } = this.#parts.setup;
    const request = this.#requestOf(record);
    const { streamKey, securityGroupId, inputId, awsChannelId } = record;
    if (request === undefined || streamKey === undefined) return on(record, 'refused');
    if (securityGroupId === undefined) {
      await this.#putStreamKey(record);
      return onward({ ...record, securityGroupId: await makeSecurityGroup(account, request) });
    }
    if (inputId === undefined) {
      return onward({ ...record, inputId: await makeInput(account, request, securityGroupId) });
    }
    if (awsChannelId === undefined) {
      const input = await account.input(inputId);
      if (input === undefined) return on(record, 'vanished');
      if (input.state === 'CREATING') return wait(record);
      const wired = { ...request, roleArn, ingestUrl, streamKey, inputId, securityGroupId };
      return onward({ ...record, pushUrls: [...input.urls], awsChannelId: await makeChannel(account, wired) });
    }
    return await this.#awaitMade(record);
  }

  async #awaitMade(record: MediaLiveRecord): Promise<Step> {
    switch (await this.#channelState(record)) {
      case undefined:
        return on(record, 'vanished');
      case 'IDLE':
        // Nobody here needs it any more: MediaLive has it, and the channel knows its hash.
        return on({ ...record, streamKey: undefined }, 'made');
      case 'CREATE_FAILED':
        return on({ ...record, lastWord: this.#word('CREATE_FAILED', 'AWS could not make the channel.') }, 'refused');
      default:
        return wait(record);
    }
  }

  #word(code: string, sentence: string) {
    return { atMs: this.#parts.nowMs(), code, sentence };
  }

  #requestOf({ channelId, generation, plan }: MediaLiveRecord): MediaLiveRequestOptions | undefined {
    return plan && { deployment: this.#parts.setup.deployment, channelId, generation, plan };
  }

  async #putStreamKey({ channelId, streamKey, keyId }: MediaLiveRecord): Promise<void> {
    if (streamKey === undefined || keyId === undefined) return;
    const atMs = this.#parts.nowMs();
    await this.#parts.channels.putStreamKey(channelId, {
      keyId,
      hash: hashStreamKey(streamKey),
      label: 'MediaLive',
      role: 'primary',
      isDisabled: false,
      createdAtMs: atMs,
      issuedAtMs: atMs,
    });
  }

  async #fromIdle(record: MediaLiveRecord): Promise<Step> {
    const { awsChannelId } = record;
    if (!record.isWanted) return on(record, 'unwanted');
    switch (await this.#channelState(record)) {
      case undefined:
        return on(record, 'vanished');
      case 'IDLE':
        await this.#parts.setup.account.startChannel(awsChannelId ?? '');
        return on(record, 'wanted');
      // It was started before, and nobody lived to write it down.
      case 'STARTING':
      case 'RUNNING':
        return on(record, 'wanted');
      default:
        return wait(record);
    }
  }

  async #awaitStart(record: MediaLiveRecord): Promise<Step> {
    switch (await this.#channelState(record)) {
      case undefined:
        return on(record, 'vanished');
      case 'RUNNING':
        return { ...on(record, 'started'), afterMs: WATCH_MS };
      case 'IDLE':
        return on(record, 'stopped');
      default:
        return wait(record);
    }
  }

  async #watch(record: MediaLiveRecord): Promise<Step> {
    switch (await this.#channelState(record)) {
      case undefined:
        return on(record, 'vanished');
      case 'IDLE':
        return on(record, 'stopped');
      default:
        return { to: record, afterMs: WATCH_MS };
    }
  }

  async #stop(record: MediaLiveRecord): Promise<Step> {
    switch (await this.#channelState(record)) {
      case undefined:
        return on(record, 'vanished');
      case 'IDLE':
        return on(record, 'stopped');
      case 'STOPPING':
        return wait(record);
      default:
        // AWS says that it is too early, while it starts.
        await this.#parts.setup.account.stopChannel(record.awsChannelId ?? '');
        return wait(record);
    }
  }

  async #channelState({ awsChannelId }: MediaLiveRecord): Promise<string | undefined> {
    return awsChannelId === undefined ? undefined : await this.#parts.setup.account.channelState(awsChannelId);
  }

  /** In the order in which one holds the other. What it is asked to remove it has removed when it is not found any more. */
  async #remove(record: MediaLiveRecord): Promise<Step> {
    const { account } = this.#parts.setup;
    const { awsChannelId, inputId, securityGroupId, keyId, channelId } = record;
    if (awsChannelId !== undefined) {
      const state = await account.channelState(awsChannelId);
      if (state === undefined) return onward(without(record, 'awsChannelId'));
      if (state === 'RUNNING') await account.stopChannel(awsChannelId);
      else if (state !== 'DELETING' && state !== 'STOPPING')
        await account.remove({ kind: 'channel', id: awsChannelId });
      return wait(record);
    }
    if (inputId !== undefined) {
      const input = await account.input(inputId);
      if (input === undefined) return onward(without(record, 'inputId'));
      if (input.state !== 'DELETING') await account.remove({ kind: 'input', id: inputId });
      return wait(record);
    }
    if (securityGroupId !== undefined) {
      await account.remove({ kind: 'security-group', id: securityGroupId });
      return onward(without(record, 'securityGroupId'));
    }
    if (keyId !== undefined) await this.#parts.channels.deleteStreamKey({ channelId, keyId });
    const { streamKey: _, keyId: __, plan: ___, ...rest } = record;
    const step = on({ ...rest, pushUrls: [] }, 'removed');
    return record.isWanted ? step : { ...step, afterMs: undefined };
  }
}

/** Within so long, at a time that is the same for all: two jobs of one channel become one then. */
function within(nowMs: number, afterMs: number): number {
  return afterMs === 0 ? nowMs : (Math.floor(nowMs / afterMs) + 1) * afterMs;
}

/** The next state, and the next step at once. */
function on(record: MediaLiveRecord, input: MediaLiveInput): Step {
  return { to: { ...record, state: nextMediaLiveState(record.state, input) }, afterMs: 0 };
}

/** The same state, and the next step at once. */
function onward(to: MediaLiveRecord): Step {
  return { to, afterMs: 0 };
}

/** AWS is doing something. */
function wait(to: MediaLiveRecord): Step {
  return { to, afterMs: LOOK_MS };
}

/** There is nothing to do. */
function settled(to: MediaLiveRecord): Step {
  return { to, afterMs: undefined };
}

function without(record: MediaLiveRecord, name: 'awsChannelId' | 'inputId' | 'securityGroupId'): MediaLiveRecord {
  return { ...record, [name]: undefined };
}
