import { BitstreamError } from '../../media/bit-reader.ts';
import type { SourceEvent } from '../../media/source.ts';
import { joinLengthPrefixed, splitAnnexB } from './annex-b.ts';
import type { NalCodec } from './nal-codec.ts';
import type { PacketTimes } from './packet-times.ts';

/** Of each kind; no encoder has more than a few, and the configuration must fit into its record (5 bits for SPS). */
const SETS_MAX = 16;
const SET_BYTES_MAX = 4_096;

type SetRole = 'vps' | 'sps' | 'pps';

/**
 * H.264 or HEVC as MPEG-TS carries it, made into what other containers carry: the parameter sets as a configuration,
 * told whenever a keyframe comes with other ones, and units with lengths. Sets stay in the packets, too, since they
 * may change between keyframes.
 */
export class VideoTrack {
  readonly #codec: NalCodec;
  readonly #sets: Record<SetRole, Map<number, Uint8Array>> = { vps: new Map(), sps: new Map(), pps: new Map() };
  #configuration: Uint8Array | undefined;
  #hasNewSets = false;

  constructor(codec: NalCodec) {
    this.#codec = codec;
  }

  /** What one access unit comes to. Nothing before the first keyframe with its parameter sets. */
  read(accessUnit: Uint8Array, times: PacketTimes): SourceEvent[] {
    const kept: Uint8Array[] = [];
    let isKeyframe = false;
    for (const unit of splitAnnexB(accessUnit)) {
      const role = this.#codec.roleOf(unit);
      if (role === 'dropped') continue;
      if (role === 'vps' || role === 'sps' || role === 'pps') this.#keep(role, unit);
      if (role === 'keyframe' || role === 'recovery') isKeyframe = true;
      kept.push(unit);
    }
    const events = isKeyframe ? this.#configure() : [];
    if (kept.length === 0 || this.#configuration === undefined) return events;
    return [...events, { kind: 'video', ...times, isKeyframe, payload: joinLengthPrefixed(kept) }];
  }

  #keep(role: SetRole, unit: Uint8Array): void {
    if (unit.length > SET_BYTES_MAX) return;
    try {
      const id = this.#codec.parameterSetId(role, unit);
      const sets = this.#sets[role];
      const before = sets.get(id);
      if (before !== undefined && Buffer.compare(before, unit) === 0) return;
      if (before === undefined && sets.size >= SETS_MAX) return;
      sets.set(id, unit.slice());
      this.#hasNewSets = true;
    } catch (error) {
      // A damaged one: the next keyframe brings it again.
      if (!(error instanceof BitstreamError)) throw error;
    }
  }

  #configure(): SourceEvent[] {
    if (!this.#hasNewSets) return [];
    this.#hasNewSets = false;
    const extradata = this.#written();
    if (extradata === undefined) return [];
    const isSame = this.#configuration !== undefined && Buffer.compare(this.#configuration, extradata) === 0;
    this.#configuration = extradata;
    return isSame ? [] : [{ kind: 'video-config', codec: this.#codec.codec, extradata }];
  }

  #written(): Uint8Array | undefined {
    try {
      const { vps, sps, pps } = this.#sets;
      return this.#codec.configuration({ vps: [...vps.values()], sps: [...sps.values()], pps: [...pps.values()] });
    } catch (error) {
      if (error instanceof BitstreamError) return undefined;
      throw error;
    }
  }
}
