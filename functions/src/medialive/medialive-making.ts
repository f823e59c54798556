import type { MediaLiveAccount, Tagged } from './medialive-account.ts';
import { MediaLiveFault } from './medialive-fault.ts';
import {
  type ChannelRequestOptions,
  channelRequest,
  inputRequest,
  type MediaLiveRequestOptions,
  securityGroupRequest,
} from './medialive-requests.ts';

/** Makes what a channel has in AWS. Each may be called again when nobody lived to hear its answer, and makes no second one. */

/** It has no RequestId: one that was made is known by its tag. */
export async function makeSecurityGroup(account: MediaLiveAccount, request: MediaLiveRequestOptions): Promise<string> {
  const before = await madeBefore(account, 'security-group', request);
  return before ?? (await account.createSecurityGroup(securityGroupRequest(request)));
}

export function makeInput(
  account: MediaLiveAccount,
  request: MediaLiveRequestOptions,
  securityGroupId: string,
): Promise<string> {
  return once(account.createInput(inputRequest(request, securityGroupId)), () => madeBefore(account, 'input', request));
}

export function makeChannel(account: MediaLiveAccount, request: ChannelRequestOptions): Promise<string> {
  return once(account.createChannel(channelRequest(request)), () => madeBefore(account, 'channel', request));
}

/** A RequestId gives what was made before, or, for all that we know, a conflict: then it is looked for. */
async function once(creating: Promise<string>, look: () => Promise<string | undefined>): Promise<string> {
  try {
    return await creating;
  } catch (error) {
    const isThere = error instanceof MediaLiveFault && error.kind === 'later';
    const before = isThere ? await look() : undefined;
    if (before === undefined) throw error;
    return before;
  }
}

async function madeBefore(
  account: MediaLiveAccount,
  kind: Tagged['kind'],
  { generation }: MediaLiveRequestOptions,
): Promise<string | undefined> {
  return (await account.all()).find((tagged) => tagged.kind === kind && tagged.generation === generation)?.id;
}
