import { type ChannelId, ChannelStatus, PLAYBACK_TOKEN_LIFETIME_S, Problem } from '@sluice/contracts';
import type { ControlClient } from '../../client.ts';
import { Failure } from '../failure.ts';
import { refused } from '../refused.ts';
import type { Check, Finding } from './check.ts';
import type { HttpProbe } from './http-checks.ts';
import { firstVariant, judgeCached, judgeFreshness, playlistEnd } from './playlist-freshness.ts';

/** What is asked of the control API, and of the edge with what it gives. */
export interface ApiProbe extends HttpProbe {
  readonly client: ControlClient;
  readonly edgeUrl: string;
}

const NOT_SIGNED_HERE = 'Is --edge the edge of this control API? The Worker has its address in CONTROL_URL.';

/** Whether the token is good. */
export function tokenCheck(about: string, client: ControlClient): Check {
  const point = 'token';
  const look = async (signal: AbortSignal): Promise<Finding[]> => {
    const answer = await client.channels.$get({ query: { limit: '1' } }, { init: { signal } });
    if (answer.status === 200) return [{ point, verdict: 'ok', says: 'is good' }];
    const failure = await refused(answer);
    if (lacksScope(failure)) return [{ point, verdict: 'ok', says: 'is good, and may not read channels' }];
    return [failed(point, failure)];
  };
  return { about, point, advice: 'See that the control API runs.', look };
}

/** Whether the edge takes what the control API signs: a playback token, of any channel. */
export function keysCheck(about: string, { client, edgeUrl, fetch }: ApiProbe): Check {
  const point = 'keys';
  const notLooked = (why: string): Finding => ({ point, verdict: 'warn', says: `not looked at: ${why}` });
  const look = async (signal: AbortSignal): Promise<Finding[]> => {
    const page = await client.channels.$get({ query: { limit: '1' } }, { init: { signal } });
    if (page.status !== 200) {
      const failure = await refused(page);
      return [lacksScope(failure) ? notLooked('the token may not read channels') : failed(point, failure)];
    }
    const [channel] = (await page.json()).channels;
    if (channel === undefined) return [notLooked('there is no channel yet')];
    const token = await playbackToken(client, channel.channelId, signal);
    if (token instanceof Failure) {
      return [lacksScope(token) ? notLooked('the token may not make playback tokens') : failed(point, token)];
    }
    const answer = await fetch(`${edgeUrl}/t/${token}/live/${channel.channelId}/status.json`, { signal });
    return [await judgeKeys(point, answer)];
  };
  return { about, point, advice: 'See that the edge and the control API answer.', look };
}

/** By what the edge answered to a playback token that was just made. */
async function judgeKeys(point: string, answer: Response): Promise<Finding> {
  if (answer.status === 200) {
    return { point, verdict: 'ok', says: 'the edge takes playback tokens of this control API' };
  }
  const problem = Problem.safeParse(await answer.json().catch(() => undefined));
  const code = problem.success ? ` (${problem.data.code})` : '';
  const says = `the edge answered ${answer.status}${code} to a playback token of this control API`;
  return { point, verdict: 'fail', says, advice: NOT_SIGNED_HERE };
}

/** Whether a channel is live, and its playlist grows. Private ones with a token, where there is a client to make one. */
export function channelCheck(
  about: string,
  channelId: ChannelId,
  probe: HttpProbe & { readonly edgeUrl: string; readonly client: ControlClient | undefined },
): Check {
  const point = 'status';
  const { client, edgeUrl, fetch } = probe;
  const look = async (signal: AbortSignal): Promise<Finding[]> => {
    const token = client && (await playbackToken(client, channelId, signal));
    if (token instanceof Failure && !lacksScope(token)) return [failed(point, token)];
    const base = `${edgeUrl}${typeof token === 'string' ? `/t/${token}` : ''}/live/${channelId}`;
    const read = await fetch(`${base}/status.json`, { signal });
    const status = ChannelStatus.safeParse(await read.json().catch(() => undefined));
    if (!status.success) {
      return [{ point, verdict: 'fail', says: `it answered ${read.status}`, advice: 'Is --edge the edge?' }];
    }
    const { state } = status.data;
    if (state !== 'live') return [notLive(state)];
    return [{ point, verdict: 'ok', says: 'is live' }, ...(await playlistFindings(base, probe, signal))];
  };
  const advice = `See that the edge${client === undefined ? ' answers' : ' and the control API answer'}.`;
  return { about, point, advice, look };
}

/** A short-lived one, or why there is none. */
async function playbackToken(
  client: ControlClient,
  channelId: ChannelId,
  signal: AbortSignal,
): Promise<string | Failure> {
  const json = { lifetimeS: PLAYBACK_TOKEN_LIFETIME_S.min, subject: 'sluice-doctor' };
  const ask = client.channels[':channelId']['playback-tokens'].$post;
  const answer = await ask({ param: { channelId }, json }, { init: { signal } });
  return answer.status === 201 ? (await answer.json()).token : await refused(answer);
}

/** Less can be looked at with such a token; nothing is wrong with the deployment. */
function lacksScope({ code }: Failure): boolean {
  return code === 'scope-missing';
}

function failed(point: string, { message, advice }: Failure): Finding {
  return { point, verdict: 'fail', says: message, ...(advice !== undefined && { advice }) };
}

function notLive(state: ChannelStatus['state']): Finding {
  const point = 'status';
  if (state === 'offline')
    return { point, verdict: 'fail', says: 'is not live', advice: 'Publish to it, and look again.' };
  if (state === 'starting')
    return { point, verdict: 'warn', says: 'is starting', advice: 'Look again in some seconds.' };
  return {
    point,
    verdict: 'warn',
    says: 'is private',
    advice: 'Give an API token with playback:write to look inside.',
  };
}

async function playlistFindings(base: string, { fetch, nowMs }: HttpProbe, signal: AbortSignal): Promise<Finding[]> {
  const index = await fetch(`${base}/index.m3u8`, { signal });
  const variant = firstVariant(await index.text());
  if (index.status !== 200 || variant === undefined) {
    const says = `the multivariant playlist answered ${index.status}`;
    return [{ point: 'playlist', verdict: 'fail', says, advice: 'Look at the log of the Worker.' }];
  }
  const media = await fetch(new URL(variant, `${base}/index.m3u8`), { signal });
  const text = await media.text();
  // A cache's answer is as old as it says: what counts is how late the playlist was when it was made.
  const ageMs = Number(media.headers.get('age')) * 1_000 || 0;
  const edgeNowMs = Date.parse(media.headers.get('date') ?? '') || nowMs();
  const end = playlistEnd(text);
  return [judgeCached(end, ageMs) ?? judgeFreshness(end, edgeNowMs - ageMs)];
}
