import { type EdgeEvents, EdgeEventsAnswer } from '@sluice/contracts';
import type { EdgeBindings } from '../environment.ts';
import { log } from '../log.ts';
import { ANSWER_MS_MAX } from './delivery-plan.ts';

const EVENTS_PATH = '/v1/edge/events';
/** They speak of the batch, not of who sends it: RFC 9110 §15.5.1, §15.5.14, §15.5.21. */
const BATCH_REFUSALS: ReadonlySet<number> = new Set([400, 413, 422]);

/** What became of a batch. `refused`: it is not as it should be. `failed`: nothing was said of the events. */
export type Telling =
  | { readonly kind: 'taken'; readonly throughSequence: number }
  | { readonly kind: 'refused' | 'failed'; readonly reason: string };

/** The control API, as it is told of events. */
export class ControlEvents {
  readonly #url: string;
  readonly #edgeToken: string;
  readonly #answerMsMax: number;

  constructor(controlUrl: string, edgeToken: string, answerMsMax = ANSWER_MS_MAX) {
    this.#answerMsMax = answerMsMax;
    this.#url = controlUrl + EVENTS_PATH;
    this.#edgeToken = edgeToken;
  }

  /** Never rejects. */
  async tell(batch: EdgeEvents): Promise<Telling> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(new Error('it did not answer')), this.#answerMsMax);
    try {
      return await this.#ask(batch, patience.signal);
    } catch (error) {
      return { kind: 'failed', reason: error instanceof Error ? error.message : 'unknown' };
    } finally {
      // AbortSignal.timeout would keep the object in memory for all of that time.
      clearTimeout(timer);
    }
  }

  async #ask(batch: EdgeEvents, signal: AbortSignal): Promise<Telling> {
    const answer = await fetch(this.#url, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#edgeToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(batch),
      signal,
      // The token is for this address and no other.
      redirect: 'manual',
    });
    if (answer.status === 200) return taken(await answer.json());
    await answer.body?.cancel();
    const reason = `it answered ${answer.status}`;
    return { kind: BATCH_REFUSALS.has(answer.status) ? 'refused' : 'failed', reason };
  }
}

function taken(body: unknown): Telling {
  const answer = EdgeEventsAnswer.safeParse(body);
  if (!answer.success) return { kind: 'failed', reason: 'it answered something else' };
  return { kind: 'taken', throughSequence: answer.data.takenThrough };
}

let isSilenceLogged = false;

/** Where this deployment tells events; `undefined`: nowhere, which the log says once. */
export function controlEvents({
  CONTROL_URL: controlUrl,
  EDGE_TOKEN: edgeToken,
}: Pick<EdgeBindings, 'CONTROL_URL' | 'EDGE_TOKEN'>): ControlEvents | undefined {
  if (controlUrl !== '' && edgeToken !== undefined && edgeToken !== '') return new ControlEvents(controlUrl, edgeToken);
  if (!isSilenceLogged) log('warn', 'events are neither kept nor told: EDGE_TOKEN or CONTROL_URL is not set');
  isSilenceLogged = true;
  return undefined;
}
