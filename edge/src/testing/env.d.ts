import type { EdgeBindings } from '../environment.ts';

/** What tests find in `env` of `cloudflare:workers` (edge/vitest.config.ts). */
declare global {
  namespace Cloudflare {
    interface Env extends EdgeBindings {
      /** The control API's private key, a JWK as JSON. */
      readonly TEST_SIGNING_JWK: string;
    }
    interface GlobalProps {
      mainModule: typeof import('../worker.ts');
    }
  }
}
