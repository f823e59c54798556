import type { AudioRendition, Rendition, VideoRendition } from '@sluice/contracts';
import { frameRateText } from './mpd-values.ts';
import { element, type XmlElement } from './xml-element.ts';

/** What is in an AdaptationSet beside what its renditions say of themselves. */
export interface SwitchingSetContent {
  /** Unique in its Period. */
  readonly id: number;
  /** Stands before its role. */
  readonly head: readonly XmlElement[];
  /** The SegmentTemplate of each. */
  templateOf(rendition: Rendition): XmlElement;
}

/** ISO/IEC 23009-1 §5.3.3: all pictures, from the largest; a client changes between them at any segment. */
export function videoSet(renditions: readonly VideoRendition[], content: SwitchingSetContent): XmlElement {
  const [first] = renditions;
  const attributes = {
    id: content.id,
    contentType: 'video',
    mimeType: 'video/mp4',
    maxWidth: Math.max(...renditions.map(({ widthPx }) => widthPx)),
    maxHeight: Math.max(...renditions.map(({ heightPx }) => heightPx)),
    maxFrameRate: first && frameRateText(first.frameRate),
    ...ALIGNED,
  };
  return element('AdaptationSet', attributes, [
    ...common(content),
    ...renditions.map((each) => videoRepresentation(each, content)),
  ]);
}

/** Sound: one language, in one or more bit rates. */
export function audioSet(renditions: readonly AudioRendition[], content: SwitchingSetContent): XmlElement {
  const attributes = { id: content.id, contentType: 'audio', mimeType: 'audio/mp4', lang: 'und', ...ALIGNED };
  return element('AdaptationSet', attributes, [
    ...common(content),
    ...renditions.map((each) => audioRepresentation(each, content)),
  ]);
}

/** ISO/IEC 23000-19 §7.3.4: one switching set, cut at the same instants; each segment begins with a sync sample. */
const ALIGNED = { segmentAlignment: 'true', startWithSAP: 1 } as const;

function common({ head }: SwitchingSetContent): XmlElement[] {
  return [...head, element('Role', { schemeIdUri: 'urn:mpeg:dash:role:2011', value: 'main' })];
}

function videoRepresentation(rendition: VideoRendition, content: SwitchingSetContent): XmlElement {
  const { id, codecs, bitrateBpsMax, widthPx, heightPx, frameRate } = rendition;
  const attributes = {
    id,
    codecs,
    bandwidth: bitrateBpsMax,
    width: widthPx,
    height: heightPx,
    // The transcoder scales to square pixels.
    sar: '1:1',
    frameRate: frameRateText(frameRate),
    scanType: 'progressive',
  };
  return element('Representation', attributes, [content.templateOf(rendition)]);
}

function audioRepresentation(rendition: AudioRendition, content: SwitchingSetContent): XmlElement {
  const { id, codecs, bitrateBpsMax, sampleRateHz, channelCount } = rendition;
  const attributes = { id, codecs, bandwidth: bitrateBpsMax, audioSamplingRate: sampleRateHz };
  const channels = element('AudioChannelConfiguration', {
    schemeIdUri: 'urn:mpeg:mpegB:cicp:ChannelConfiguration',
    value: channelCount,
  });
  return element('Representation', attributes, [channels, content.templateOf(rendition)]);
}
