import {
  AuthorizeAnswer,
  type AuthorizeRequest,
  CheckAnswer,
  type CheckRequest,
  type IngestEvents,
  IngestEventsAnswer,
  RenewAnswer,
  type RenewRequest,
} from '@sluice/contracts';
import { type CallOutcome, callJson, type JsonCall } from './json-call.ts';

/** A publisher waits in front of a spinner; a control API that is slower than this is in trouble. */
const ANSWER_MS_MAX = 3_000;

/** What the node asks the control API. */
export class ControlClient {
  readonly #url: string;
  readonly #nodeToken: string;
  readonly #withinMs: number;

  constructor(options: { readonly controlUrl: string; readonly nodeToken: string; readonly withinMs?: number }) {
    this.#url = options.controlUrl.replace(/\/$/, '');
    this.#nodeToken = options.nodeToken;
    this.#withinMs = options.withinMs ?? ANSWER_MS_MAX;
  }

  /** Whose stream key is this, and what may its channel do? Asked once more when there was no answer. */
  async authorize(request: AuthorizeRequest): Promise<CallOutcome<AuthorizeAnswer>> {
    const call = this.#call('/v1/ingest/authorize', request, AuthorizeAnswer);
    const first = await callJson(call);
    return first.kind === 'unreachable' ? await callJson(call) : first;
  }

  /** A fresh grant for one that is about to expire. */
  renew(request: RenewRequest): Promise<CallOutcome<RenewAnswer>> {
    return callJson(this.#call('/v1/ingest/renew', request, RenewAnswer));
  }

  /** Which of the node's publishers may no longer publish? */
  check(request: CheckRequest): Promise<CallOutcome<CheckAnswer>> {
    return callJson(this.#call('/v1/ingest/check', request, CheckAnswer));
  }

  /** Tells what happened to broadcasts. The same batch may be told again. */
  tell(events: IngestEvents): Promise<CallOutcome<IngestEventsAnswer>> {
    return callJson(this.#call('/v1/ingest/events', events, IngestEventsAnswer));
  }

  #call<T>(path: string, body: unknown, answer: JsonCall<T>['answer']): JsonCall<T> {
    const url = this.#url + path;
    return { method: 'POST', url, bearer: this.#nodeToken, body, answer, withinMs: this.#withinMs };
  }
}
