import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Settings } from '../settings.ts';

/** Renditions of all broadcasts of a node, each with a part and a segment on its way. */
const SOCKETS_MAX = 256;
const CONNECT_MS_MAX = 2_000;
/** Between two parts of `standard` lie four seconds; a connection must outlive that. */
const IDLE_SOCKET_MS = 15_000;
/** The upload queue cuts a PUT off sooner; this is for what has no queue. */
const ANSWER_MS_MAX = 10_000;

type Handler = NonNullable<S3ClientConfig['requestHandler']>;

/** Whom requests are signed as. Secret. */
export interface S3Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface S3ClientParts {
  readonly place: Pick<Settings['bucket'], 'region' | 'endpoint'>;
  /** Absent: the SDK's own chain is asked. */
  readonly identity: S3Identity | undefined;
  /** Another client's: then both have the same connections, which are that one's to close. */
  readonly handler?: Handler;
}

/** A client that sends a part as soon as it can, and once. */
export function newS3Client({
  place: { region, endpoint },
  identity,
  handler = newHandler(),
}: S3ClientParts): S3Client {
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(identity === undefined ? {} : { credentials: plain(identity) }),
    // Retrying is the upload queue's business: it knows when a part is too old to be worth it.
    maxAttempts: 1,
    // TLS guards the bytes on their way. A hash over each part would only make it later.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // It costs a round trip before the first byte.
    expectContinueHeader: false,
    requestHandler: handler,
  });
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (isWithHeaders(request)) request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build', name: 'unsignedPayload' },
  );
  return client;
}

/** Without the time of its end: who has fresher ones makes another client, and storage says what has ended. */
function plain({ accessKeyId, secretAccessKey, sessionToken }: S3Identity) {
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

function newHandler(): Handler {
  const agent = { keepAlive: true, noDelay: true, maxSockets: SOCKETS_MAX, timeout: IDLE_SOCKET_MS };
  return {
    httpAgent: agent,
    httpsAgent: agent,
    connectionTimeout: CONNECT_MS_MAX,
    requestTimeout: ANSWER_MS_MAX,
    throwOnRequestTimeout: true,
  };
}

function isWithHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}
