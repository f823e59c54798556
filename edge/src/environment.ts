import { IngestAddresses } from '@sluice/contracts';
import { z } from 'zod';
import type { ChannelObject } from './channel/channel.object.ts';
import type { DirectoryObject } from './directory/directory.object.ts';
import type { RelayObject } from './relay/relay.object.ts';

/** What the platform binds to the Worker (wrangler.jsonc in the cloud, miniflare locally). */
export interface EdgeBindings {
  /** One Durable Object a channel, named by its channelId. */
  readonly CHANNEL: DurableObjectNamespace<ChannelObject>;
  /** Copies of channels near their viewers, named by relayName. */
  readonly RELAY: DurableObjectNamespace<RelayObject>;
  /** A few objects that know which channels there are. */
  readonly DIRECTORY: DurableObjectNamespace<DirectoryObject>;
  /** `on`: playlists and media go through Cloudflare's Workers Cache, which the deployment has then (wrangler.jsonc). */
  readonly WORKERS_CACHE?: string;
  /** `off`: viewers' requests go to the channel's own object. */
  readonly RELAYS?: string;
  /** `off`: requests for the same playlist that meet in an isolate are not one. */
  readonly PLAYLIST_COLLAPSING?: string;
  /** Where ingest nodes put init segments, parts and segments, if that is R2. Otherwise it is S3, by the next five. */
  readonly MEDIA?: R2Bucket;
  readonly MEDIA_S3_ENDPOINT?: string;
  readonly MEDIA_S3_REGION?: string;
  /** Absent where the endpoint names it. */
  readonly MEDIA_S3_BUCKET?: string;
  readonly MEDIA_S3_ACCESS_KEY_ID?: string;
  readonly MEDIA_S3_SECRET_ACCESS_KEY?: string;
  /** The bucket's own domain: playlists point there for media that is stored. Absent: all media is read at the edge. */
  readonly MEDIA_BASE_URL?: string;
  /** `off` leaves the data centre's cache out. */
  readonly MEDIA_CACHE?: string;
  /** `off`: requests for the same file that meet in an isolate are not one. */
  readonly MEDIA_COLLAPSING?: string;
  /** The control API's public keys, a JWK set (RFC 7517 §5) as JSON. Grants are verified with them. */
  readonly CONTROL_JWKS: string;
  /**
   * Where the control API is, without a slash at its end: the keys of playback tokens are fetched there, it is told what
   * becomes of broadcasts, and the console's calls are passed on to it.
   */
  readonly CONTROL_URL: string;
  /** What the edge proves itself to the control API with. Secret. Absent: it is told nothing. */
  readonly EDGE_TOKEN?: string;
  /** Where publishers push to, as the console shows it: JSON of IngestAddresses. Absent: nobody has said. */
  readonly INGEST_ADDRESSES?: string;
  /**
   * `open`: pages of this machine call the control API without bringing a token (api/open-console.ts). Of local mode alone:
   * no deployment sets it.
   */
  readonly CONSOLE_ACCESS?: string;
  /** What they call it with then. Secret. */
  readonly CONSOLE_TOKEN?: string;
}

/** The environment of every route, as Hono wants it named. */
export interface EdgeEnv {
  Bindings: EdgeBindings;
}

const JsonText = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});

/** Only what is needed of a key here: jose checks each key when it imports it. */
const JwksText = JsonText.pipe(z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) }));
export type Jwks = z.infer<typeof JwksText>;

/** The deployment's text bindings. Throws ZodError when they are not what they should be: that is a broken deployment. */
export function readJwks(bindings: Pick<EdgeBindings, 'CONTROL_JWKS'>): Jwks {
  return JwksText.parse(bindings.CONTROL_JWKS);
}

const IngestAddressesText = JsonText.pipe(IngestAddresses);

/** Where publishers push to. Throws as readJwks does. */
export function readIngestAddresses({ INGEST_ADDRESSES = '[]' }: Pick<EdgeBindings, 'INGEST_ADDRESSES'>) {
  return IngestAddressesText.parse(INGEST_ADDRESSES);
}
