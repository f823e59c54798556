import { Failure } from './failure.ts';

/** The slowest that the API does is cutting a clip, and that is seconds. */
const ANSWER_MS_MAX = 30_000;

/** Asks the control API, and nothing that stands at its address in its place: a site of a login, a proxy's page. */
export function carefulFetch(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const answer = await send(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(ANSWER_MS_MAX) });
    const type = answer.headers.get('content-type') ?? '';
    if (!answer.ok || answer.status === 204 || type.startsWith('application/json')) return answer;
    await answer.body?.cancel();
    throw notTheControlApi(answer.status);
  };
}

/** Something else answered. */
export function notTheControlApi(status: number): Failure {
  return new Failure('not-the-control-api', `It answered ${status}, and not as the control API does.`, {
    advice: 'Is --url (or SLUICE_URL) the control API, and not the edge?',
  });
}
