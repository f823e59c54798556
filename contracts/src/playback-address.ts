import { z } from 'zod';

/** An IP address as a number of 32 or 128 bits. */
export interface IpAddress {
  readonly bits: bigint;
  readonly lengthBits: 32 | 128;
}

/** A network: all addresses that begin with the same bits. */
export interface IpPrefix {
  readonly network: IpAddress;
  readonly prefixBits: number;
}

const IPV4_OCTET = /^(0|[1-9][0-9]{0,2})$/;
const IPV6_GROUP = /^[0-9a-f]{1,4}$/i;
const IPV6_GROUPS = 8;
const IPV4_TAIL = /^(.*:)([0-9.]+)$/;
/** The first 96 bits of an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2). */
const IPV4_MAPPED = 0xffffn;
const PREFIX = /^([0-9a-f:.]{2,45})\/(0|[1-9][0-9]{0,2})$/i;

/** Reads an address in text (RFC 4291 §2.2; four decimal octets); an IPv4-mapped one is IPv4. `undefined`: it is none. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bits = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  if (bits === undefined) return undefined;
  if (!text.includes(':')) return { bits, lengthBits: 32 };
  return bits >> 32n === IPV4_MAPPED ? { bits: bits & 0xffff_ffffn, lengthBits: 32 } : { bits, lengthBits: 128 };
}

/** Reads `192.0.2.0/24` or `2001:db8::/32` (RFC 4632 §3.1, RFC 4291 §2.3); no bit may be set beyond its length. */
export function parseIpPrefix(text: string): IpPrefix | undefined {
  const [, address = '', length = ''] = PREFIX.exec(text) ?? [];
  const network = parseIpAddress(address);
  const prefixBits = Number(length);
  // An IPv4-mapped network has two lengths that could be meant: it is to be written as IPv4.
  const isMapped = network?.lengthBits === 32 && address.includes(':');
  if (network === undefined || isMapped || prefixBits > network.lengthBits) return undefined;
  return beyondPrefix(network, prefixBits) === 0n ? { network, prefixBits } : undefined;
}

export function isInPrefix(address: IpAddress, { network, prefixBits }: IpPrefix): boolean {
  if (address.lengthBits !== network.lengthBits) return false;
  return address.bits - beyondPrefix(address, prefixBits) === network.bits;
}

/** A network as tokens name it. */
export const AddressPrefix = z
  .string()
  .max(49)
  .refine(
    (text) => parseIpPrefix(text) !== undefined,
    'an address prefix is 192.0.2.0/24 or 2001:db8::/32, with no bit set beyond its length',
  )
  .meta({
    id: 'AddressPrefix',
    description: 'A network: an IPv4 or IPv6 address and how many bits of it count, with no bit set beyond them.',
    pattern: '^[0-9A-Fa-f:.]{2,45}/(0|[1-9][0-9]{0,2})$',
    examples: ['192.0.2.0/24', '2001:db8::/32'],
  });
export type AddressPrefix = z.infer<typeof AddressPrefix>;

function beyondPrefix({ bits, lengthBits }: IpAddress, prefixBits: number): bigint {
  return bits & ((1n << BigInt(lengthBits - prefixBits)) - 1n);
}

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => IPV4_OCTET.test(octet) && Number(octet) <= 255)) return undefined;
  return octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const groups = ipv6Groups(text);
  if (groups === undefined || !groups.every((group) => IPV6_GROUP.test(group))) return undefined;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

function ipv6Groups(text: string): string[] | undefined {
  const plain = withoutIpv4Tail(text);
  const [front, back, ...more] = plain?.split('::') ?? [];
  if (front === undefined || more.length > 0) return undefined;
  const [left, right] = [front, back ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  if (left === undefined || right === undefined) return undefined;
  const zeroCount = IPV6_GROUPS - left.length - right.length;
  // `::` stands for one group of zeros at least.
  if (back === undefined ? zeroCount !== 0 : zeroCount < 1) return undefined;
  return [...left, ...Array.from({ length: zeroCount }, () => '0'), ...right];
}

/** The last 32 bits may be written as IPv4 (RFC 4291 §2.2, form 3). */
function withoutIpv4Tail(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const [, front = '', tail = ''] = IPV4_TAIL.exec(text) ?? [];
  const bits = parseIpv4(tail);
  return bits === undefined ? undefined : `${front}${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
}
