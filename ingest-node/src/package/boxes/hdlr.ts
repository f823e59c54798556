import { type Box, fullBox, text, u8, zeros } from '../box.ts';

const HANDLERS = { video: { type: 'vide', name: 'Video' }, audio: { type: 'soun', name: 'Audio' } } as const;

/** Handler (ISO/IEC 14496-12 §8.4.3): what kind of track this is. */
export function hdlr(kind: 'video' | 'audio'): Box {
  const { type, name } = HANDLERS[kind];
  return fullBox('hdlr', { version: 0, flags: 0 }, zeros(4), text(type), zeros(12), text(name), u8(0));
}
