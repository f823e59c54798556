import type { IngestPorts } from '../ports.ts';
import { chooseRegion } from './region-choice.ts';
import type { RegionState } from './region-life.ts';
import { TcpForwarder } from './tcp-forwarder.ts';
import { UdpForwarder } from './udp-forwarder.ts';

/** Where a region's node listens, and how it is. */
export interface FrontedRegion {
  readonly state: RegionState;
  readonly ports: IngestPorts;
}

/** The ports that publishers are told. */
export type FrontPorts = Omit<IngestPorts, 'metrics'>;

/**
 * The one address that publishers know: it stands for the name that resolves to the nearest region, and for the network
 * load balancers of the regions. A new connection goes to the nearest region that is healthy; one that is there stays
 * where it is, whatever becomes of its region. Unlike those, it hides the publisher's address, and TLS goes through it.
 */
export class RegionFront implements AsyncDisposable {
  readonly #owned: AsyncDisposableStack;

  static async listen(ports: FrontPorts, nearestFirst: readonly [FrontedRegion, ...FrontedRegion[]]) {
    await using owned = new AsyncDisposableStack();
    const chosen = (protocol: keyof FrontPorts) => () => chooseRegion(nearestFirst).ports[protocol];
    for (const protocol of ['rtmp', 'rtmps', 'cmaf'] as const) {
      owned.use(await TcpForwarder.listen({ port: ports[protocol], upstreamPort: chosen(protocol) }));
    }
    owned.use(await UdpForwarder.listen({ port: ports.srt, upstreamPort: chosen('srt') }));
    return new RegionFront(owned.move());
  }

  private constructor(owned: AsyncDisposableStack) {
    this.#owned = owned;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}
