import { z } from 'zod';
import type { ChannelObject } from './channel/channel.object.ts';

/** What the platform binds to the Worker (wrangler.jsonc in the cloud, miniflare locally). */
export interface EdgeBindings {
  /** One Durable Object a channel, named by its channelId. */
  readonly CHANNEL: DurableObjectNamespace<ChannelObject>;
  /** Where ingest nodes put init segments, parts and segments. */
  readonly MEDIA: R2Bucket;
  /** The control API's public keys, a JWK set (RFC 7517 §5) as JSON. Grants are verified with them. */
  readonly CONTROL_JWKS: string;
}

/** The environment of every route, as Hono wants it named. */
export interface EdgeEnv {
  Bindings: EdgeBindings;
}

/** Only what is needed of a key here: jose checks each key when it imports it. */
const JwksText = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) }));
export type Jwks = z.infer<typeof JwksText>;

/** The deployment's text bindings. Throws ZodError when they are not what they should be: that is a broken deployment. */
export function readJwks(bindings: Pick<EdgeBindings, 'CONTROL_JWKS'>): Jwks {
  return JwksText.parse(bindings.CONTROL_JWKS);
}
