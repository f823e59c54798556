import { isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RtmpAddress, type SrtAddress, tcUrlOf } from '@sluice/contracts';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { SourcePacket } from '../../media/source.ts';
import { isEnhanced } from '../carried-codecs.ts';
import type { StartMessage } from '../pusher-messages.ts';
import { FfmpegWords } from './ffmpeg-words.ts';
import { MuxedOutput, type MuxedTracks } from './muxed-output.ts';
import { PushFailure } from './push-failure.ts';
import { targetAddresses } from './target-addresses.ts';
import { TargetRelay } from './target-relay.ts';
import { connectTarget } from './target-socket.ts';
import type { TeeTarget } from './tee-target.ts';

/** For a server's whole greeting: connect, createStream, publish. */
const GREETING_MS_MAX = 15_000;
/** libsrt's own measure of an answer that does not come. What fails sooner was refused. */
const SRT_CONNECT_MS_MAX = 5_000;
/** RTMP §5.2: what a server sends first, S0 to S2. One that sent less did not speak RTMP. */
const RTMP_GREETING_BYTES = 1 + 2 * 1_536;
/** libsrt's close throws away what it has not sent. */
const SRT_UNSENT_MS = 500;
const SRT_PAYLOAD_BYTES = 1_316;
/** Where one track stops, the other is not held back for longer (the default is ten seconds). */
const INTERLEAVE_US_MAX = '1000000';
/** Enhanced RTMP v2, `fourCcList` of `connect`. */
const FOUR_CCS = 'av01,hvc1,vp09,Opus';

/** The way to one target, from resolving its name to the last packet. */
export interface Outlet {
  /** Connects to it as its tracks are, and says so to the protocol. Throws PushFailure. */
  begin(tracks: MuxedTracks): Promise<void>;
  /** Throws PushFailure. */
  write(packet: SourcePacket): Promise<void>;
  /** What is on its way still goes, and the target is told that it was the last. */
  end(): Promise<void>;
  readonly sentBytes: number;
  /** Resolves where the target ends a connection that has begun. */
  readonly lost: Promise<PushFailure>;
}

/** Reaches a target, as far as that is done before there is media. Throws PushFailure. */
export async function openOutlet({ address, ...start }: StartMessage): Promise<Outlet> {
  const addresses = await targetAddresses(address.host, start.arePrivateTargetsAllowed);
  if (address.protocol === 'srt') return new SrtOutlet(address, addresses[0] ?? '');
  const { authorities } = start;
  const socket = await connectTarget({
    addresses,
    port: address.port,
    ...(address.protocol === 'rtmps' && { tls: { host: address.host, authorities } }),
  });
  return new RtmpOutlet(address, await TargetRelay.open(socket));
}

class RtmpOutlet implements Outlet {
  readonly #address: RtmpAddress;
  readonly #relay: TargetRelay;
  readonly #words: FfmpegWords;
  #output: MuxedOutput | undefined;

  readonly #lost = Promise.withResolvers<PushFailure>();
  #isEnding = false;

  constructor(address: RtmpAddress, relay: TargetRelay) {
    this.#address = address;
    this.#relay = relay;
    this.#words = new FfmpegWords([address.playPath, ...address.app.split(/[/?]/).slice(1)]);
    void relay.targetGone.then(async () => {
      if (this.#output !== undefined && !this.#isEnding) this.#lost.resolve(await this.#loss());
    });
  }

  get lost(): Promise<PushFailure> {
    return this.#lost.promise;
  }

  get sentBytes(): number {
    return this.#relay.sentBytes;
  }

  async begin(tracks: MuxedTracks): Promise<void> {
    const alarm = setTimeout(() => this.#relay.destroy(), GREETING_MS_MAX);
    const opened = await MuxedOutput.open(this.#target(tracks), tracks);
    clearTimeout(alarm);
    if (typeof opened === 'number') throw await this.#refusal();
    this.#output = opened;
  }

  async write(packet: SourcePacket): Promise<void> {
    const written = (await this.#output?.write(packet)) ?? 0;
    if (written < 0 || this.#relay.isTargetGone) throw await this.#loss();
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#output?.end();
    await this.#relay.close();
  }

  #target({ configs, metadata }: MuxedTracks): TeeTarget {
    const isSizeKnown = metadata?.widthPx !== undefined || configs.every(({ kind }) => kind === 'audio-config');
    return {
      format: 'flv',
      url: this.#relay.url,
      options: {
        rtmp_app: this.#address.app,
        rtmp_playpath: this.#address.playPath,
        rtmp_tcurl: tcUrlOf(this.#address),
        // Whoever is told a wrong size believes it.
        flvflags: isSizeKnown ? 'no_duration_filesize' : 'no_metadata',
        max_interleave_delta: INTERLEAVE_US_MAX,
        ...(isEnhanced(configs) && { rtmp_enhanced_codecs: FOUR_CCS }),
      },
    };
  }

  async #refusal(): Promise<PushFailure> {
    const said = await this.#words.serverSaid();
    if (said !== undefined) return new PushFailure('refused', `The target refused: ${said}`);
    if (this.#relay.heardBytes < RTMP_GREETING_BYTES) {
      return new PushFailure('handshake-failed', 'The target does not answer in RTMP.');
    }
    return new PushFailure('refused', 'The target ended the connection where the stream key is checked.');
  }

  async #loss(): Promise<PushFailure> {
    const said = await this.#words.serverSaid();
    if (said !== undefined) return new PushFailure('refused', `The target refused: ${said}`);
    return new PushFailure(
      'connection-lost',
      'The target ended the connection. Some do where the stream key is wrong.',
    );
  }
}

class SrtOutlet implements Outlet {
  readonly #address: SrtAddress;
  /** Resolved and checked. */
  readonly #host: string;
  /** libsrt tells of it only where something is written. */
  readonly lost = Promise.withResolvers<PushFailure>().promise;
  #output: MuxedOutput | undefined;
  #sentBytes = 0;

  constructor(address: SrtAddress, host: string) {
    // What it says has the passphrase in it, and a server says nothing here.
    Log.setLevel(AV_LOG_QUIET);
    this.#address = address;
    this.#host = host;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  async begin(tracks: MuxedTracks): Promise<void> {
    const beganMs = performance.now();
    const opened = await MuxedOutput.open(this.#target(), tracks);
    if (typeof opened !== 'number') {
      this.#output = opened;
      return;
    }
    if (performance.now() - beganMs >= SRT_CONNECT_MS_MAX) {
      throw new PushFailure('unreachable', 'The target did not answer in time.');
    }
    throw new PushFailure('refused', 'The target refused the connection: stream id or passphrase are wrong.');
  }

  async write(packet: SourcePacket): Promise<void> {
    const written = (await this.#output?.write(packet)) ?? 0;
    if (written < 0) throw new PushFailure('connection-lost', 'The target ended the connection, or the line broke.');
    this.#sentBytes += packet.payload.length;
  }

  async end(): Promise<void> {
    await sleep(SRT_UNSENT_MS);
    await this.#output?.end();
  }

  #target(): TeeTarget {
    const { port, streamId, passphrase, latencyMs } = this.#address;
    const host = isIPv6(this.#host) ? `[${this.#host}]` : this.#host;
    return {
      format: 'mpegts',
      url: `srt://${host}:${port}`,
      options: {
        mode: 'caller',
        transtype: 'live',
        connect_timeout: String(SRT_CONNECT_MS_MAX),
        pkt_size: String(SRT_PAYLOAD_BYTES),
        max_interleave_delta: INTERLEAVE_US_MAX,
        ...(streamId !== undefined && { streamid: streamId }),
        ...(passphrase !== undefined && { passphrase }),
        ...(latencyMs !== undefined && { latency: String(latencyMs * 1_000) }),
      },
    };
  }
}
