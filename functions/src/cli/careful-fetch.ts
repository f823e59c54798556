import { Failure } from './failure.ts';

/** The slowest that the API does is cutting a clip, and that is seconds. */
const ANSWER_MS_MAX = 30_000;

/**
 * Asks the control API, and nothing that stands at its address in its place: a site of a login, a proxy's page. Rejects
 * with a Failure where something else answers, or sends on; with fetch's own error where nothing does.
 */
export function carefulFetch(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const late = AbortSignal.timeout(ANSWER_MS_MAX);
    const signal = init?.signal ? AbortSignal.any([init.signal, late]) : late;
    // RFC 9110 §15.4.2: behind a 301 a POST becomes a GET, and its answer would be taken for that of the POST.
    const answer = await send(input, { ...init, signal, redirect: 'manual' });
    const there = sentOnTo(answer, input instanceof Request ? input.url : String(input));
    const type = answer.headers.get('content-type') ?? '';
    if (there === undefined && (!answer.ok || answer.status === 204 || type.startsWith('application/json'))) {
      return answer;
    }
    await answer.body?.cancel();
    throw there === undefined ? notTheControlApi(answer.status) : sentOn(answer.status, there);
  };
}

/** Where an answer sends on to, without a query, which may hold a secret; `undefined`: it does not. */
export function sentOnTo(answer: Response, askedUrl: string): string | undefined {
  const location = answer.headers.get('location');
  if (location === null || answer.status < 300 || answer.status > 399) return undefined;
  const url = URL.parse(location, askedUrl);
  if (url === null) return 'an address that is none';
  for (const part of ['username', 'password', 'search', 'hash'] as const) url[part] = '';
  return url.href;
}

const CONTROL_ADVICE = 'Name the control API where it is, so that nothing sends on: --url or SLUICE_URL.';

/** Something before it answered, with the address of something else. */
export function sentOn(status: number, there: string, advice = CONTROL_ADVICE): Failure {
  return new Failure('redirected', `It answered ${status} and sends on to ${there}, which is not followed.`, {
    advice,
  });
}

/** Something else answered. */
export function notTheControlApi(status: number): Failure {
  return new Failure('not-the-control-api', `It answered ${status}, and not as the control API does.`, {
    advice: 'Is --url (or SLUICE_URL) the control API, and not the edge?',
  });
}
