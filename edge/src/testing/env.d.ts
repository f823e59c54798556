import type { EdgeBindings } from '../environment.ts';

/** What tests find in `env` of `cloudflare:workers` (edge/vitest.config.ts). */
declare global {
  namespace Cloudflare {
    interface Env extends EdgeBindings {
      readonly MEDIA: R2Bucket;
      readonly EDGE_TOKEN: string;
      /** The control API's private key, a JWK as JSON. */
      readonly TEST_SIGNING_JWK: string;
      /** What it signs playback tokens with; the public half is served at CONTROL_URL. */
      readonly TEST_PLAYBACK_JWK: string;
      /** testing/collapse-lab.ts. */
      readonly COLLAPSE_LAB: Fetcher;
    }
    interface GlobalProps {
      mainModule: typeof import('../worker.ts');
    }
  }
}
