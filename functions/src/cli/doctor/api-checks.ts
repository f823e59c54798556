import { type ChannelId, ChannelStatus, PLAYBACK_TOKEN_LIFETIME_S, Problem } from '@sluice/contracts';
import type { ControlClient } from '../../client.ts';
import { refused } from '../refused.ts';
import type { Check, Finding } from './check.ts';
import type { HttpProbe } from './http-checks.ts';
import { firstVariant, judgeFreshness, playlistEnd } from './playlist-freshness.ts';

/** What is asked of the control API, and of the edge with what it gives. */
export interface ApiProbe extends HttpProbe {
  readonly client: ControlClient;
  readonly edgeUrl: string;
}

const NOT_SIGNED_HERE = 'Is --edge the edge of this control API? The Worker has its address in CONTROL_URL.';

/** Whether the token is good. */
export function tokenCheck(about: string, client: ControlClient): Check {
  const look = async (): Promise<Finding[]> => {
    const answer = await client.channels.$get({ query: { limit: '1' } });
    if (answer.status === 200) return [{ point: 'token', verdict: 'ok', says: 'is good' }];
    const { code, message, advice } = await refused(answer);
    if (code === 'scope-missing')
      return [{ point: 'token', verdict: 'ok', says: 'is good, and may not read channels' }];
    return [{ point: 'token', verdict: 'fail', says: message, ...(advice !== undefined && { advice }) }];
  };
  return { about, point: 'token', advice: 'See that the control API runs.', look };
}

/** Whether the edge takes what the control API signs: a playback token, of any channel. */
export function keysCheck(about: string, { client, edgeUrl, fetch }: ApiProbe): Check {
  const point = 'keys';
  const look = async (signal: AbortSignal): Promise<Finding[]> => {
    const page = await client.channels.$get({ query: { limit: '1' } });
    if (page.status !== 200)
      return [{ point, verdict: 'warn', says: 'not looked at: the token may not read channels' }];
    const [channel] = (await page.json()).channels;
    if (channel === undefined) return [{ point, verdict: 'warn', says: 'not looked at: there is no channel yet' }];
    const prefix = await tokenPrefix(client, channel.channelId);
    if (prefix === undefined)
      return [{ point, verdict: 'warn', says: 'not looked at: the token may not make playback tokens' }];
    const answer = await fetch(`${edgeUrl}${prefix}/live/${channel.channelId}/status.json`, { signal });
    if (answer.status === 200) {
      return [{ point, verdict: 'ok', says: 'the edge takes playback tokens of this control API' }];
    }
    const problem = Problem.safeParse(await answer.json().catch(() => undefined));
    const code = problem.success ? ` (${problem.data.code})` : '';
    const says = `the edge answered ${answer.status}${code} to a playback token of this control API`;
    return [{ point, verdict: 'fail', says, advice: NOT_SIGNED_HERE }];
  };
  return { about, point, advice: 'See that the edge and the control API answer.', look };
}

/** Whether a channel is live, and its playlist grows. Private ones with a token, where there is a client to make one. */
export function channelCheck(
  about: string,
  channelId: ChannelId,
  probe: HttpProbe & { readonly edgeUrl: string; readonly client: ControlClient | undefined },
): Check {
  const look = async (signal: AbortSignal): Promise<Finding[]> => {
    const { client, edgeUrl, fetch } = probe;
    const prefix = client === undefined ? '' : ((await tokenPrefix(client, channelId)) ?? '');
    const base = `${edgeUrl}${prefix}/live/${channelId}`;
    const read = await fetch(`${base}/status.json`, { signal });
    const status = ChannelStatus.safeParse(await read.json().catch(() => undefined));
    if (!status.success) {
      return [{ point: 'status', verdict: 'fail', says: `it answered ${read.status}`, advice: 'Is --edge the edge?' }];
    }
    const { state } = status.data;
    if (state !== 'live') return [notLive(state)];
    return [{ point: 'status', verdict: 'ok', says: 'is live' }, ...(await playlistFindings(base, probe, signal))];
  };
  return { about, point: 'status', advice: 'See that the edge answers.', look };
}

/** The beginning of addresses with a short-lived playback token; `undefined`: none can be made. */
async function tokenPrefix(client: ControlClient, channelId: ChannelId): Promise<string | undefined> {
  const json = { lifetimeS: PLAYBACK_TOKEN_LIFETIME_S.min, subject: 'sluice-doctor' };
  const answer = await client.channels[':channelId']['playback-tokens'].$post({ param: { channelId }, json });
  if (answer.status !== 201) return undefined;
  return `/t/${(await answer.json()).token}`;
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
  const ageMs = Number(media.headers.get('age') ?? '0') * 1_000;
  const edgeNowMs = Date.parse(media.headers.get('date') ?? '') || nowMs();
  return [judgeFreshness(playlistEnd(text), edgeNowMs - ageMs)];
}
