import { type IpAddress, isInPrefix, parseIpAddress, parseIpPrefix } from './playback-address.ts';

/**
 * IPv4 that leads to no host of the public internet (IANA's special-purpose registry, RFC 6890), and what clouds answer
 * at beside it.
 */
const NOT_PUBLIC_IPV4 = prefixes([
  '0.0.0.0/8', // this host: on Linux, another name of loopback
  '10.0.0.0/8', // private, RFC 1918
  '100.64.0.0/10', // shared by carriers, RFC 6598; the metadata address of one cloud is in it
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // looks public, and is Azure's own host behind each machine
  '169.254.0.0/16', // link-local, RFC 3927; the metadata address of most clouds is in it
  '172.16.0.0/12', // private, RFC 1918
  '192.0.0.0/24', // protocol assignments, RFC 6890
  '192.0.2.0/24', // documentation, RFC 5737
  '192.88.99.0/24', // relays of 6to4, RFC 7526
  '192.168.0.0/16', // private, RFC 1918
  '198.18.0.0/15', // benchmarks, RFC 2544
  '198.51.100.0/24', // documentation, RFC 5737
  '203.0.113.0/24', // documentation, RFC 5737
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and the broadcast address
]);

/** All that is assigned as global unicast (RFC 4291 §2.4); loopback, unique local, link-local and multicast are not in it. */
const GLOBAL_IPV6 = prefixes(['2000::/3']);
const NOT_PUBLIC_IPV6 = prefixes([
  '2001::/23', // protocol assignments, RFC 2928; Teredo, which carries any IPv4, is in it
  '2001:db8::/32', // documentation, RFC 3849
  '2002::/16', // 6to4, RFC 3056: carries any IPv4
  '3fff::/20', // documentation, RFC 9637
]);
/** IPv4 behind a translator (RFC 6052 §2.1): a machine without IPv4 reaches all of it so. */
const TRANSLATED_IPV4 = prefixes(['64:ff9b::/96']);

/** Whether an address is one of the public internet, and so of nobody's own network, machine or cloud. */
export function isPublicAddress(address: IpAddress): boolean {
  if (address.lengthBits === 32) return !isInOne(address, NOT_PUBLIC_IPV4);
  if (isInOne(address, TRANSLATED_IPV4)) return isPublicAddress({ bits: address.bits & 0xffff_ffffn, lengthBits: 32 });
  return isInOne(address, GLOBAL_IPV6) && !isInOne(address, NOT_PUBLIC_IPV6);
}

/** Names that only mean something inside a network: RFC 6761 §6.3, RFC 6762 §3, RFC 8375, and ICANN's `internal`. */
const INNER_NAMES = /(^|\.)(localhost|local|internal|localdomain|lan|home\.arpa)$/;
/** What some resolver reads as a number (WHATWG URL, "ends in a number"): `0x7f.1`, `2130706433`, `127.1`. */
const NUMBER_AT_END = /(^|\.)(0x[0-9a-f]*|[0-9]+)$/;
/** RFC 1123 §2.1, with the underscore that some zones have; at most 253 characters. */
const NAME = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Whether the host of a URL, as it is written there, can be one of the public internet: a public address (an IPv6 one in
 * brackets), or a whole name. What a name leads to is only known to whoever resolves it, who has to ask isPublicAddress
 * of the address that is then connected to.
 */
export function isPublicHost(host: string): boolean {
  const written = host.toLowerCase();
  const address = parseIpAddress(written.startsWith('[') && written.endsWith(']') ? written.slice(1, -1) : written);
  if (address !== undefined) return isPublicAddress(address);
  const name = written.endsWith('.') ? written.slice(0, -1) : written;
  return NAME.test(name) && !NUMBER_AT_END.test(name) && !INNER_NAMES.test(name);
}

function isInOne(address: IpAddress, networks: readonly NonNullable<ReturnType<typeof parseIpPrefix>>[]): boolean {
  return networks.some((network) => isInPrefix(address, network));
}

function prefixes(texts: readonly string[]): NonNullable<ReturnType<typeof parseIpPrefix>>[] {
  return texts.map((text) => {
    const prefix = parseIpPrefix(text);
    if (prefix === undefined) throw new Error(`${text} is no prefix`);
    return prefix;
  });
}
