import { ApiProblem } from '../api/api-problem.ts';
import { type Clip, Clip as ClipShape } from '../api/clip.ts';
import { delay } from '../api/waiting.ts';
import { api } from '../session/session.ts';
import type { Span } from './clip-selection.ts';

/** Its last segment has to be finished: seconds, whatever the profile. */
const TRIES_MAX = 12;
const AGAIN_MS = 1_000;

export interface ClipOrder {
  readonly channelId: string;
  readonly broadcastId: string;
  readonly span: Span;
  readonly label: string;
}

/** Cuts a clip. One that ends at the live edge is waited for. Throws ApiProblem. */
export async function makeClip({ channelId, broadcastId, span, label }: ClipOrder): Promise<Clip> {
  const body = { channelId, broadcastId, from: Math.round(span.fromMs), to: Math.round(span.toMs), label };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await api.post('/clips', ClipShape, { body })).value;
    } catch (error) {
      const isEarly = error instanceof ApiProblem && error.code === 'clip-not-yet';
      if (!isEarly || attempt >= TRIES_MAX) throw error;
      await delay(AGAIN_MS, undefined);
    }
  }
}
