import {
  AnnounceAnswer,
  type Announcement,
  type ChannelId,
  LeaseAnswer,
  type LeaseRequest,
  type LeaseReturn,
} from '@sluice/contracts';
import { z } from 'zod';
import { type CallOutcome, callJson, type JsonCall } from './json-call.ts';

/** The edge answers in milliseconds. What takes longer than this is better asked again, on another connection. */
const ANSWER_MS_MAX = 3_000;
/** A lease is stored before it is answered, and its channel object may have to be started for it. */
const LEASE_MS_MAX = 5_000;

/** Of which channel, by which grant (secret). */
export interface ChannelAccess {
  readonly channelId: ChannelId;
  readonly grant: string;
}

/** What the node asks the edge. */
export class EdgeClient {
  readonly #url: string;

  constructor({ edgeUrl }: { readonly edgeUrl: string }) {
    this.#url = edgeUrl.replace(/\/$/, '');
  }

  /** The right to publish, with its epoch. Asked once more when there was no answer. */
  async lease(access: ChannelAccess, request: LeaseRequest): Promise<CallOutcome<LeaseAnswer>> {
    const call = this.#call('POST', access, {
      path: 'lease',
      body: request,
      answer: LeaseAnswer,
      withinMs: LEASE_MS_MAX,
    });
    const first = await callJson(call);
    return first.kind === 'unreachable' ? await callJson(call) : first;
  }

  announce(access: ChannelAccess, body: Announcement, signal: AbortSignal): Promise<CallOutcome<AnnounceAnswer>> {
    const call = this.#call('POST', access, {
      path: 'announce',
      body,
      answer: AnnounceAnswer,
      withinMs: ANSWER_MS_MAX,
    });
    return callJson({ ...call, signal });
  }

  /** Hands the lease back, which ends the broadcast for its viewers. Asked once more when there was no answer. */
  async returnLease(access: ChannelAccess, body: LeaseReturn): Promise<CallOutcome<unknown>> {
    const call = this.#call('DELETE', access, { path: 'lease', body, answer: z.unknown(), withinMs: ANSWER_MS_MAX });
    const first = await callJson(call);
    return first.kind === 'unreachable' ? await callJson(call) : first;
  }

  #call<T>(
    method: JsonCall<T>['method'],
    { channelId, grant }: ChannelAccess,
    ask: Pick<JsonCall<T>, 'body' | 'answer' | 'withinMs'> & { readonly path: string },
  ): JsonCall<T> {
    const { path, ...rest } = ask;
    return { method, url: `${this.#url}/ingest/v1/channels/${channelId}/${path}`, bearer: grant, ...rest };
  }
}
