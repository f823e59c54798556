import { isIPv6 } from 'node:net';

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const IPV6_GROUPS = 8;
/** One IPv6 customer has at least a /64, so a limit for one address would be none. */
const IPV6_NETWORK_GROUPS = 4;

/** Who is behind an address, for counting: the IPv4 address itself, or the IPv6 network of 64 bits. */
export function clientNetwork(address: string): string {
  const plain = IPV4_MAPPED.exec(address)?.[1] ?? address;
  if (!isIPv6(plain)) return plain;
  const [front = [], back] = plain.split('::', 2).map((part) => part.split(':').filter((group) => group !== ''));
  const zeroCount = back === undefined ? 0 : IPV6_GROUPS - front.length - back.length;
  const groups = [...front, ...Array.from({ length: zeroCount }, () => '0'), ...(back ?? [])];
  const network = groups.slice(0, IPV6_NETWORK_GROUPS).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
