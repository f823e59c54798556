import type { AmfValue } from './amf-value.ts';
import { AMF0 } from './amf0-reader.ts';
import { ByteWriter, utf8Bytes } from './byte-writer.ts';
import { RtmpError } from './rtmp-error.ts';

const SHORT_STRING_BYTES_MAX = 0xffff;

/** AMF0 bytes of some values, one after the other. Byte arrays are AMF3 only and throw `amf-unwritable`. */
export function writeAmf0(...values: readonly AmfValue[]): Uint8Array {
  const to = new ByteWriter();
  for (const value of values) writeValue(to, value);
  return to.take();
}

function writeValue(to: ByteWriter, value: AmfValue): void {
  if (value === undefined) to.u8(AMF0.undefined);
  else if (value === null) to.u8(AMF0.null);
  else if (typeof value === 'number') to.u8(AMF0.number).f64(value);
  else if (typeof value === 'boolean') to.u8(AMF0.boolean).u8(value ? 1 : 0);
  else if (typeof value === 'string') writeString(to, value);
  else if ('kind' in value) writeKind(to, value);
  else {
    to.u8(AMF0.strictArray).u32(value.length);
    for (const item of value) writeValue(to, item);
  }
}

function writeKind(to: ByteWriter, value: Extract<AmfValue, { readonly kind: string }>): void {
  switch (value.kind) {
    case 'object':
      if (value.className === '') to.u8(AMF0.object);
      else writeName(to.u8(AMF0.typedObject), value.className);
      writeMembers(to, value.members);
      return;
    case 'ecma-array':
      to.u8(AMF0.ecmaArray).u32(value.members.size);
      writeMembers(to, value.members);
      return;
    case 'date':
      to.u8(AMF0.date).f64(value.epochMs).i16(0);
      return;
    case 'xml': {
      const bytes = utf8Bytes(value.text);
      to.u8(AMF0.xmlDocument).u32(bytes.length).bytes(bytes);
      return;
    }
    case 'bytes':
      throw new RtmpError('amf-unwritable', 'AMF0 has no byte arrays');
  }
}

function writeMembers(to: ByteWriter, members: ReadonlyMap<string, AmfValue>): void {
  for (const [name, member] of members) {
    writeName(to, name);
    writeValue(to, member);
  }
  writeName(to, '');
  to.u8(AMF0.objectEnd);
}

function writeString(to: ByteWriter, text: string): void {
  const bytes = utf8Bytes(text);
  if (bytes.length > SHORT_STRING_BYTES_MAX) to.u8(AMF0.longString).u32(bytes.length).bytes(bytes);
  else to.u8(AMF0.string).u16(bytes.length).bytes(bytes);
}

function writeName(to: ByteWriter, name: string): void {
  const bytes = utf8Bytes(name);
  if (bytes.length > SHORT_STRING_BYTES_MAX) throw new RtmpError('amf-unwritable', 'a name of more than 65535 bytes');
  to.u16(bytes.length).bytes(bytes);
}
