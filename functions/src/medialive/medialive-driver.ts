import { randomUUID } from 'node:crypto';
import { ChannelId } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { Channel } from '../channels/channel.ts';
import type { Channels } from '../channels/channels.ts';
import type { JobOutcome } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { hashStreamKey, makeStreamKey, makeStreamKeyId } from '../stream-keys/stream-key.ts';
import type { MediaLiveAccount } from './medialive-account.ts';
import { MediaLiveFault } from './medialive-fault.ts';
import { makeChannel, makeInput, makeSecurityGroup } from './medialive-making.ts';
import { mediaLivePlan } from './medialive-plan.ts';
import {
  changedMediaLive,
  isMediaLiveOf,
  type MediaLiveRecord,
  mediaLiveOwner,
  unwantedMediaLive,
} from './medialive-record.ts';
import type { MediaLiveRequestOptions } from './medialive-requests.ts';
import { BUSY_MS, LOOK_MS, on, onward, type Step, settled, WATCH_MS, wait, within } from './medialive-step.ts';
import type { MediaLives } from './medialives.ts';

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

/**
 * Makes, starts, stops and removes MediaLive for channels. Each call of the job does one step and writes it down, so it
 * goes on after whatever interrupts it: what was made and not written down is made under the same name again.
 */
export class MediaLiveDriver {
  readonly #parts: MediaLiveDriverParts;

  constructor(parts: MediaLiveDriverParts) {
    this.#parts = parts;
  }

  /** The channel is to have one, and it is to be live. */
  async want(channel: Channel): Promise<MediaLiveRecord> {
    const { mediaLives, nowMs } = this.#parts;
    const record = await mediaLives.want(channel, nowMs());
    await this.#wake(channel.channelId);
    return record;
  }

  /** What the channel has is not to be there: it is stopped, or being deleted. `undefined`: it never had one. */
  readonly unwant = async (channelId: ChannelId): Promise<MediaLiveRecord | undefined> => {
    const { mediaLives, nowMs } = this.#parts;
    const record = await mediaLives.unwant(channelId, nowMs());
    if (record !== undefined) await this.#wake(channelId);
    return record;
  };

  async #wake(channelId: ChannelId): Promise<void> {
    await this.#parts.queue.add({ kind: 'medialive', name: channelId, dueAtMs: this.#parts.nowMs() });
  }

  /** The job. */
  async run(name: string): Promise<JobOutcome> {
    const { mediaLives, nowMs, log } = this.#parts;
    const kept = await mediaLives.get(ChannelId.parse(name));
    if (kept === undefined) return { kind: 'done' };
    const { value: before, version } = kept;
    const channel = await this.#wanting(before);
    const record = channel ? { ...before, owner: mediaLiveOwner(channel) } : unwantedMediaLive(before);
    const { to, afterMs } = await this.#step(record, channel);
    if (to.state !== before.state) {
      log.info({ channelId: to.channelId, from: before.state, to: to.state }, 'a MediaLive has gone on');
    }
    const isWritten = await mediaLives.put(changedMediaLive(before, to, nowMs()), version);
    // Somebody wants something else by now.
    if (!isWritten) return { kind: 'again', atMs: nowMs() };
    return afterMs === undefined ? { kind: 'done' } : { kind: 'again', atMs: within(nowMs(), afterMs) };
  }

  /**
   * The channel that is to have it; `undefined`: nobody wants it. A wish may be written down after its channel was deleted,
   * when nobody is left who could take it back, so it is looked at before each step.
   */
  async #wanting(record: MediaLiveRecord): Promise<Channel | undefined> {
    if (!record.isWanted) return undefined;
    const channel = (await this.#parts.channels.get(record.channelId))?.value;
    return channel && !channel.isBeingDeleted && isMediaLiveOf(record, channel) ? channel : undefined;
  }

  async #step(record: MediaLiveRecord, channel: Channel | undefined): Promise<Step> {
    try {
      return await this.#stepOf(record, channel);
    } catch (error) {
      // Our own: the runner says so, and calls again.
      if (!(error instanceof MediaLiveFault)) throw error;
      return this.#faulted(record, error);
    }
  }

  /** What is not wanted is in a state from which it goes: see unwantedMediaLive. */
  #stepOf(record: MediaLiveRecord, channel: Channel | undefined): Promise<Step> | Step {
    switch (record.state) {
      case 'absent':
        return channel === undefined ? settled(record) : this.#plan(record, channel);
      case 'creating':
        return this.#make(record);
      case 'idle':
        return this.#start(record);
      case 'starting':
        return this.#awaitStart(record);
      case 'running':
        return this.#watch(record);
      case 'stopping':
        return this.#stop(record);
      case 'deleting':
        return this.#remove(record);
      case 'failed':
        return settled(record);
    }
  }

  #faulted(record: MediaLiveRecord, { kind, code, sentence, cause }: MediaLiveFault): Step {
    const { channelId, state } = record;
    const reason = code === 'no-answer' && { err: cause };
    this.#parts.log.warn({ channelId, state, code, sentence, ...reason }, 'MediaLive said no');
    const told = { ...record, lastWord: this.#word(code, sentence) };
    if (kind === 'refused') return { ...on(told, 'refused'), afterMs: undefined };
    return wait(told, kind === 'later' ? LOOK_MS : BUSY_MS);
  }

  /** What it is made for, and under which names, is written down before anything is asked for. */
  #plan(record: MediaLiveRecord, channel: Channel): Step {
    const plan = mediaLivePlan(channel);
    // Its settings were changed.
    if (plan === undefined) return settled(unwantedMediaLive(record));
    const { channelId, owner, state, changedAtMs } = record;
    const made = { generation: randomUUID(), streamKey: makeStreamKey(), keyId: makeStreamKeyId() };
    return on({ channelId, owner, isWanted: true, state, ...made, plan, pushUrls: [], changedAtMs }, 'wanted');
  }

  /** One thing after the other: the next needs the name of the one before. */
  async #make(record: MediaLiveRecord): Promise<Step> {
    const { account, roleArn, ingestUrl } = this.#parts.setup;
    const request = this.#requestOf(record);
    const { streamKey, securityGroupId, inputId, awsChannelId } = record;
    if (request === undefined || streamKey === undefined) return on(record, 'refused');
    if (securityGroupId === undefined) {
      // The channel went just now: for nobody nothing is made.
      if (!(await this.#putStreamKey(record))) return onward(unwantedMediaLive(record));
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

  /** `false`: there is no such channel any more. */
  async #putStreamKey({ channelId, streamKey, keyId }: MediaLiveRecord): Promise<boolean> {
    if (streamKey === undefined || keyId === undefined) return false;
    const atMs = this.#parts.nowMs();
    const outcome = await this.#parts.channels.putStreamKey(channelId, {
      keyId,
      hash: hashStreamKey(streamKey),
      label: 'MediaLive',
      role: 'primary',
      isDisabled: false,
      createdAtMs: atMs,
      issuedAtMs: atMs,
    });
    return outcome === 'created';
  }

  async #start(record: MediaLiveRecord): Promise<Step> {
    const { awsChannelId } = record;
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
        return wait(record, WATCH_MS);
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
      if (state === undefined) return onward({ ...record, awsChannelId: undefined });
      if (state === 'RUNNING') await account.stopChannel(awsChannelId);
      else if (state !== 'DELETING' && state !== 'STOPPING')
        await account.remove({ kind: 'channel', id: awsChannelId });
      return wait(record);
    }
    if (inputId !== undefined) {
      const input = await account.input(inputId);
      if (input === undefined) return onward({ ...record, inputId: undefined });
      if (input.state !== 'DELETING') await account.remove({ kind: 'input', id: inputId });
      return wait(record);
    }
    if (securityGroupId !== undefined) {
      await account.remove({ kind: 'security-group', id: securityGroupId });
      return onward({ ...record, securityGroupId: undefined });
    }
    if (keyId !== undefined) await this.#parts.channels.deleteStreamKey({ channelId, keyId });
    const { streamKey: _, keyId: __, plan: ___, ...rest } = record;
    const step = on({ ...rest, pushUrls: [] }, 'removed');
    return record.isWanted ? step : { ...step, afterMs: undefined };
  }
}
