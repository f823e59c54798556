import { type AmfValue, amfObject } from './amf-value.ts';

/** Enhanced RTMP v2, "Enhancing NetConnection connect Command". */
const CAPS_EX = { reconnect: 0x01, multitrack: 0x02, modEx: 0x04, timestampNanoOffset: 0x08 } as const;
const CAN_DECODE = 0x01;
const VIDEO_FOUR_CCS = ['avc1', 'hvc1', 'av01', 'vp09'] as const;
const AUDIO_FOUR_CCS = ['mp4a', 'Opus', '.mp3'] as const;
const CLIENT_PROPERTIES = ['fourCcList', 'capsEx', 'videoFourCcInfoMap', 'audioFourCcInfoMap'] as const;

/** What a client says in `connect` that changes how we treat it. */
export interface ClientCapabilities {
  /** It named at least one property of Enhanced RTMP. */
  readonly isEnhanced: boolean;
  /** It understands NetConnection.Connect.ReconnectRequest. */
  readonly canReconnect: boolean;
}

export const NO_CAPABILITIES: ClientCapabilities = { isEnhanced: false, canReconnect: false };

export function readClientCapabilities(connect: ReadonlyMap<string, AmfValue>): ClientCapabilities {
  const capsEx = connect.get('capsEx');
  return {
    isEnhanced: CLIENT_PROPERTIES.some((name) => connect.get(name) !== undefined),
    canReconnect: typeof capsEx === 'number' && (capsEx & CAPS_EX.reconnect) !== 0,
  };
}

/** What the server can do, for the first object of the answer to `connect`. */
export function serverCapabilities(): Readonly<Record<string, AmfValue>> {
  const infoMap = (fourCcs: readonly string[]): AmfValue =>
    amfObject(Object.fromEntries(fourCcs.map((fourCc) => [fourCc, CAN_DECODE])));
  return {
    fourCcList: [...VIDEO_FOUR_CCS, ...AUDIO_FOUR_CCS],
    videoFourCcInfoMap: infoMap(VIDEO_FOUR_CCS),
    audioFourCcInfoMap: infoMap(AUDIO_FOUR_CCS),
    // Multitrack means that such messages are understood; one track of each kind is used.
    capsEx: CAPS_EX.reconnect | CAPS_EX.multitrack | CAPS_EX.modEx | CAPS_EX.timestampNanoOffset,
  };
}
