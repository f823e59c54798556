import { lookup } from 'node:dns/promises';
import { isPublicAddress, parseIpAddress } from '@sluice/contracts';
import { PushFailure } from './push-failure.ts';

/** A name with many addresses is tried at the first ones. */
const ADDRESSES_MAX = 4;

/**
 * The addresses that a host has now, those that may be connected to. Whoever connects has to connect to one of them, and
 * not to the name: that may lead elsewhere a moment later. Throws PushFailure.
 */
export async function targetAddresses(
  host: string,
  arePrivateTargetsAllowed: boolean,
  resolve: (name: string) => Promise<readonly string[]> = resolveName,
): Promise<readonly string[]> {
  const found = parseIpAddress(host) === undefined ? await resolve(host) : [host];
  const allowed = found.filter((address) => arePrivateTargetsAllowed || isPublic(address));
  if (allowed.length === 0) {
    throw new PushFailure('address-not-public', "The target's address is not of the public internet.");
  }
  return allowed.slice(0, ADDRESSES_MAX);
}

async function resolveName(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
  } catch (cause) {
    throw new PushFailure('name-not-found', "The target's name leads nowhere.", { cause });
  }
}

function isPublic(text: string): boolean {
  const address = parseIpAddress(text);
  return address !== undefined && isPublicAddress(address);
}
