import { Problem, VERSION, VERSION_HEADER } from '@sluice/contracts';
import { sentOn, sentOnTo } from '../careful-fetch.ts';
import type { Check, Finding } from './check.ts';
import { judgeClock } from './clock-skew.ts';
import { judgeVersion } from './edge-version.ts';

/** What the checks of HTTP ask with. */
export interface HttpProbe {
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
}

/** A name that no channel of anybody has to have: what is asked for it is refused, and how tells enough. */
const NO_CHANNEL = 'sluice-doctor';
const SECOND_MS = 1_000;

/** Whether the control API is there, and what time it has. */
export function controlCheck(about: string, url: string, { fetch, nowMs }: HttpProbe): Check {
  const look = async (signal: AbortSignal): Promise<Finding[]> => {
    const askedAtMs = nowMs();
    const address = `${url}/healthz`;
    // What sends on is not the control API: a call to it would go nowhere.
    const answer = await fetch(address, { signal, redirect: 'manual' });
    const answeredAtMs = nowMs();
    const there = sentOnTo(answer, address);
    if (there !== undefined) throw sentOn(answer.status, there);
    const text = await answer.text();
    if (answer.status !== 200 || text.trim() !== 'ok') {
      const advice = 'Is --url the control API, and not the edge?';
      return [
        { point: 'health', verdict: 'fail', says: `it answered ${answer.status}, not as the control API does`, advice },
      ];
    }
    const health: Finding = { point: 'health', verdict: 'ok', says: `answers in ${answeredAtMs - askedAtMs} ms` };
    const theirsMs = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(theirsMs)) return [health];
    return [health, judgeClock({ theirsMs, stepMs: SECOND_MS, askedAtMs, answeredAtMs })];
  };
  return { about, point: 'health', advice: 'See that the control API runs, and that --url is where.', look };
}

/** Rejects where the edge's address sends on to another one: the control API's calls would go nowhere. */
async function edgeAnswer(send: typeof fetch, address: string, init: RequestInit): Promise<Response> {
  const answer = await send(address, { ...init, redirect: 'manual' });
  const there = sentOnTo(answer, address);
  if (there === undefined) return answer;
  await answer.body?.cancel();
  throw sentOn(answer.status, there, 'Name the edge where it is, so that nothing sends on: --edge.');
}

/** Whether the edge is there, what time it has, and of which version it is. */
export function edgeCheck(about: string, url: string, { fetch, nowMs }: HttpProbe): Check {
  const look = async (signal: AbortSignal): Promise<Finding[]> => {
    const askedAtMs = nowMs();
    const answer = await edgeAnswer(fetch, `${url}/time`, { signal });
    const answeredAtMs = nowMs();
    const theirsMs = Date.parse(await answer.text());
    if (answer.status !== 200 || Number.isNaN(theirsMs)) {
      const advice = 'Is --edge the edge (the Worker), and not the control API?';
      return [{ point: 'time', verdict: 'fail', says: `it answered ${answer.status}, not as the edge does`, advice }];
    }
    const time: Finding = { point: 'time', verdict: 'ok', says: `answers in ${answeredAtMs - askedAtMs} ms` };
    const version = judgeVersion(answer.headers.get(VERSION_HEADER), VERSION);
    return [time, judgeClock({ theirsMs, stepMs: 1, askedAtMs, answeredAtMs }), version];
  };
  return { about, point: 'time', advice: 'See that the Worker is deployed, and that --edge is where.', look };
}

/** Whether pages of other sites may play. */
export function corsCheck(about: string, url: string, { fetch }: HttpProbe): Check {
  const look = async (signal: AbortSignal): Promise<Finding[]> => {
    const headers = { origin: 'https://viewer.example', 'access-control-request-method': 'GET' };
    const address = `${url}/live/${NO_CHANNEL}/index.m3u8`;
    // No browser follows what a preflight is sent on to.
    const answer = await edgeAnswer(fetch, address, { method: 'OPTIONS', headers, signal });
    const origin = answer.headers.get('access-control-allow-origin');
    if (origin === '*') return [{ point: 'CORS', verdict: 'ok', says: 'pages of any site may play' }];
    const says = origin === null ? 'no access-control-allow-origin' : `only ${origin} may play`;
    const advice = 'Something before the Worker changes its headers (a rule, a proxy): let them through.';
    return [{ point: 'CORS', verdict: 'fail', says, advice }];
  };
  return { about, point: 'CORS', advice: 'See that the Worker answers at /live/.', look };
}

/** Whether the edge lets nobody but the control API tell it anything. */
export function guardCheck(about: string, url: string, { fetch }: HttpProbe): Check {
  const look = async (signal: AbortSignal): Promise<Finding[]> => {
    const headers = { authorization: 'Bearer not-a-token', 'content-type': 'application/json' };
    const address = `${url}/control/v1/channels/${NO_CHANNEL}/revocations`;
    const answer = await edgeAnswer(fetch, address, { method: 'POST', headers, body: '{}', signal });
    const problem = Problem.safeParse(await answer.json().catch(() => undefined));
    if (answer.status === 401 || answer.status === 403) {
      return [{ point: 'guard', verdict: 'ok', says: 'refuses whoever is not the control API' }];
    }
    const code = problem.success ? ` (${problem.data.code})` : '';
    const advice =
      answer.status === 503
        ? 'The edge cannot check who calls: CONTROL_JWKS of the Worker has the public keys of the control API.'
        : 'Deploy the Worker of this version.';
    return [
      { point: 'guard', verdict: 'fail', says: `it answered ${answer.status}${code} to an unsigned call`, advice },
    ];
  };
  return { about, point: 'guard', advice: 'See that the Worker answers at /control/v1/.', look };
}
