import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { BODY_BYTES_MAX, JSON_TYPE } from './json-body.ts';
import { Refusal } from './refusal.ts';

/**
 * Refuses bodies that are not JSON by their type. Whether they are by their contents their reader says. Behind smallBody:
 * it reads.
 */
export const jsonOnly: MiddlewareHandler = async (c, next) => {
  // Of a request over a socket there is a stream, whether anything is in it or not.
  if (!JSON_TYPE.test(c.req.header('content-type') ?? '') && (await c.req.arrayBuffer()).byteLength > 0) {
    throw new Refusal('media-type-unsupported', 'Send a JSON body with content-type: application/json.');
  }
  return await next();
};

/** Refuses bodies beyond BODY_BYTES_MAX, and reads no further than that. */
export const smallBody: MiddlewareHandler = bodyLimit({
  maxSize: BODY_BYTES_MAX,
  onError: () => {
    throw new Refusal('request-too-large', `This request has at most ${BODY_BYTES_MAX} bytes.`);
  },
});
