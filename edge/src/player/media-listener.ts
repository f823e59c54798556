import shaka from 'shaka-player/dist/shaka-player.dash-es2021.js';
import type { SegmentArrival } from './segment-arrival.ts';

const SERVICE_DESCRIPTION = /<ServiceDescription[\s\S]*<\/ServiceDescription>/;

export interface MediaListener {
  /** An MPD came. */
  onMpd(text: string): void;
  /** Whoever wants to know how a segment comes. */
  follow(segment: AskedSegment): SegmentArrival | undefined;
}

/** A segment that a player asks for. */
export interface AskedSegment {
  /** `video`, `audio`. */
  readonly kind: string;
  readonly startS: number;
  readonly askedAtMs: number;
  /** Ends the answer; the player asks at once for the same segment, of the rendition that is chosen then. */
  breakOff(): void;
}

const SCHEMES = ['http', 'https'];
/** What runs of Shaka's own fetches. Its schemes are those of all players of the page. */
const running = new WeakMap<shaka.extern.Request, shaka.extern.IAbortableOperation<shaka.extern.Response>>();
const fetchAndKeep: shaka.extern.SchemePlugin = (uri, request, ...others) => {
  const operation = shaka.net.HttpFetchPlugin.parse(uri, request, ...others);
  running.set(request, operation);
  return operation;
};

/** An ear on what a player loads: MPDs, and the bytes of segments as they come. */
export function listenTo(player: shaka.Player, listener: MediaListener): void {
  for (const scheme of SCHEMES) shaka.net.NetworkingEngine.registerScheme(scheme, fetchAndKeep);
  const arrivals = new WeakMap<shaka.extern.Request, SegmentArrival>();
  const network = player.getNetworkingEngine();
  network?.registerRequestFilter((_, request, context) => {
    const handOn = request.streamDataCallback;
    if (handOn === null || !context?.segment || context.stream === undefined) return;
    const arrival = listener.follow({
      kind: context.stream.type,
      startS: context.segment.getStartTime(),
      askedAtMs: performance.now(),
      breakOff: () => void running.get(request)?.abort(),
    });
    if (arrival === undefined) return;
    arrivals.set(request, arrival);
    request.streamDataCallback = async (data) => {
      const atMs = performance.now();
      await handOn(data);
      arrival.took(bytesOf(data), atMs);
    };
  });
  player.addEventListener('downloadheadersreceived', (event) => {
    const { headers, request } = event as Event & { headers: Record<string, string>; request: shaka.extern.Request };
    arrivals.get(request)?.begin({ hasLength: 'content-length' in headers, atMs: performance.now() });
  });
  network?.registerResponseFilter((type, response) => {
    if (type !== shaka.net.NetworkingEngine.RequestType.MANIFEST) return;
    const text = new TextDecoder().decode(response.data);
    listener.onMpd(text);
    // With it Shaka sets the rate too, whatever its configuration says, and undoes what the page sets.
    response.data = new TextEncoder().encode(text.replace(SERVICE_DESCRIPTION, '')).buffer;
  });
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
