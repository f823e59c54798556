import { MediaLiveServiceException, UnprocessableEntityException } from '@aws-sdk/client-medialive';

/**
 * What AWS' no means. `gone`: it is not there. `later`: it cannot be done in the state that something is in. `busy`: not
 * now, and perhaps the next time. `refused`: asking again changes nothing.
 */
export type MediaLiveFaultKind = 'gone' | 'later' | 'busy' | 'refused';

/** AWS said no, or nothing. Whatever else a call is rejected with is a fault of our own. */
export class MediaLiveFault extends Error {
  override readonly name = 'MediaLiveFault';
  readonly kind: MediaLiveFaultKind;
  /** AWS' own name for it, or `no-answer`. */
  readonly code: string;
  /** For a person. AWS' own, without our secrets. */
  readonly sentence: string;

  constructor(said: Pick<MediaLiveFault, 'kind' | 'code' | 'sentence'>, options?: ErrorOptions) {
    super(`${said.code}: ${said.sentence}`, options);
    this.kind = said.kind;
    this.code = said.code;
    this.sentence = said.sentence;
  }
}

const KINDS: Readonly<Record<string, MediaLiveFaultKind>> = {
  NotFoundException: 'gone',
  ConflictException: 'later',
  TooManyRequestsException: 'busy',
  InternalServerErrorException: 'busy',
  BadGatewayException: 'busy',
  GatewayTimeoutException: 'busy',
  BadRequestException: 'refused',
  ForbiddenException: 'refused',
  UnprocessableEntityException: 'refused',
};
/** What is in front of every service of AWS has names that no service's own list has, and not always the status for them. */
const PASSING_NAMES = /Throttl|ExpiredToken|RequestExpired|RequestTimeout/;
const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERRORS = 500;
const SENTENCE_CHARS_MAX = 300;
/**
 * A stream key, or the random name of a generation, which is all that keeps others out of a pushed stream. They are known
 * by their shape, since what AWS quotes may be a key that nobody here knows any more.
 */
const SECRETS = /[a-km-np-z2-9]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Reads what a call was rejected with. What is no answer of AWS' is a line or a name server that failed. */
export function mediaLiveFault(error: unknown): MediaLiveFault {
  if (!(error instanceof MediaLiveServiceException)) {
    const said = { kind: 'busy', code: 'no-answer', sentence: 'MediaLive did not answer.' } as const;
    return new MediaLiveFault(said, { cause: error });
  }
  // Without the cause: whoever logs it would log what AWS quotes.
  return new MediaLiveFault({ kind: kindOf(error), code: error.name, sentence: sentenceOf(error) });
}

/** The same, where asking again may help after all. */
export function thatPasses(fault: MediaLiveFault): MediaLiveFault {
  if (fault.kind !== 'refused') return fault;
  return new MediaLiveFault({ kind: 'busy', code: fault.code, sentence: fault.sentence }, { cause: fault.cause });
}

function kindOf({ name, $fault, $metadata }: MediaLiveServiceException): MediaLiveFaultKind {
  const status = $metadata.httpStatusCode ?? 0;
  if (status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS || PASSING_NAMES.test(name)) return 'busy';
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  return kind ?? ($fault === 'server' || status >= SERVER_ERRORS ? 'busy' : 'refused');
}

function sentenceOf(error: MediaLiveServiceException): string {
  const found = error instanceof UnprocessableEntityException ? (error.ValidationErrors ?? []) : [];
  const wrong = found.map(({ ElementPath = '', ErrorMessage = '' }) => `${ElementPath}: ${ErrorMessage}`);
  const whole = [error.message, wrong.join('; ')].filter((part) => part !== '').join(' ');
  // Before it is cut: a piece of a secret has another shape.
  return whole.replaceAll(SECRETS, '…').slice(0, SENTENCE_CHARS_MAX);
}
