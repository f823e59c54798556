import { z } from 'zod';

/** Nine regions' worth and the name of all of them, with room. */
const INGEST_ADDRESSES_MAX = 16;

/** Where a publisher pushes to. Behind each address comes a stream key, of which none of them holds anything. */
export const IngestAddress = z.object({
  /** That its node is in; absent: whichever is nearest. */
  region: z.string().min(1).max(64).optional(),
  /** `rtmp://ingest.live.example.com/live` */
  rtmpUrl: z.url({ protocol: /^rtmp$/ }),
  /** `rtmps://ingest.live.example.com:1936/live` */
  rtmpsUrl: z.url({ protocol: /^rtmps$/ }),
  /** `srt://ingest.live.example.com:8890`: the stream key goes into `streamid`. */
  srtUrl: z.url({ protocol: /^srt$/ }),
  /** `http://127.0.0.1:8083/cmaf`; absent where no renditions are taken that come encoded. */
  cmafUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Whether the certificate of RTMPS is the node's own making: encoders that look at certificates refuse it. */
  isSelfSigned: z.boolean().default(false),
});
export type IngestAddress = z.infer<typeof IngestAddress>;

/** All addresses of a deployment, the one to be shown first at the front. */
export const IngestAddresses = z.array(IngestAddress).max(INGEST_ADDRESSES_MAX);
export type IngestAddresses = z.infer<typeof IngestAddresses>;

/** `GET /api/console.json`: what the console needs to know before anybody has signed in. Nothing in it is secret. */
export const ConsoleSetup = z.object({
  /** Of the edge (VERSION). */
  version: z.string(),
  /**
   * `open`: this page may call the control API below `/api/v1` without a token, as local mode lets pages of this machine.
   * `token`: with an API token, as `authorization: Bearer`.
   */
  access: z.enum(['open', 'token']),
  /** Whether the edge knows a control API at all. */
  canSignIn: z.boolean(),
  /** Empty where nobody has told the edge. */
  ingest: IngestAddresses,
});
export type ConsoleSetup = z.infer<typeof ConsoleSetup>;
