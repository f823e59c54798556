import { MediaLiveServiceException } from '@aws-sdk/client-medialive';

/**
 * What AWS' no means. `gone`: it is not there. `later`: it cannot be done in the state that something is in. `busy`: asked
 * too often, or AWS itself failed. `refused`: asking again changes nothing.
 */
export interface MediaLiveFault {
  readonly kind: 'gone' | 'later' | 'busy' | 'refused';
  readonly code: string;
  /** AWS' own; it names no secret of ours. */
  readonly sentence: string;
}

const KINDS: Readonly<Record<string, MediaLiveFault['kind']>> = {
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
const SENTENCE_CHARS_MAX = 300;

/** Reads what a call was rejected with. What is no answer of AWS' is a line or a name server that failed. */
export function mediaLiveFault(error: unknown): MediaLiveFault {
  if (!(error instanceof MediaLiveServiceException)) {
    return { kind: 'busy', code: 'no-answer', sentence: 'MediaLive did not answer.' };
  }
  const { name, message } = error;
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  return {
    kind: kind ?? (error.$fault === 'server' ? 'busy' : 'refused'),
    code: name,
    sentence: message.slice(0, SENTENCE_CHARS_MAX),
  };
}
