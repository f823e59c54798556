import type { EmbedSites } from '@sluice/contracts';
import type { PolicyReply } from '../channel/channel-replies.ts';
import type { RequestLife } from '../collapse/collapse.ts';
import type { EdgeBindings } from '../environment.ts';
import { askViewing, isChannel, type ViewingAsk, type ViewingBindings } from '../live/ask-viewing.ts';
import type { Region } from '../relay/region.ts';
import { ChannelPolicies, type KnownPolicy } from './channel-policies.ts';
import { ControlKeys } from './control-keys.ts';
import { PlaybackKeys } from './playback-keys.ts';
import type { TokenRefusal } from './token-refusal.ts';
import { TokenVerifier } from './token-verifier.ts';
import type { Circumstances } from './verified-token.ts';
import type { ViewerRights } from './viewer-rights.ts';

export type AdmissionBindings = Pick<EdgeBindings, 'CONTROL_URL'> & ViewingBindings;

export interface Asking {
  readonly token: string;
  readonly circumstances: Circumstances;
  /** Whose relays are asked what was revoked. */
  readonly region: Region;
  /** Of the address that was asked for. */
  readonly origin: string;
  readonly life: RequestLife;
}

export type Admitted =
  | { readonly kind: 'admitted'; readonly rights: ViewerRights }
  | { readonly kind: 'refused'; readonly refusal: TokenRefusal };

/** Whether a viewer with a token is let in. What it remembers is worth keeping between the requests of an isolate. */
export class Admission {
  readonly policies = new ChannelPolicies();
  readonly #verifier: TokenVerifier;

  constructor(controlUrl: string) {
    this.#verifier = new TokenVerifier(new PlaybackKeys(new ControlKeys(controlUrl)));
  }

  /** The whole of it at every request; only the signature's check is remembered. */
  async ask(
    bindings: AdmissionBindings,
    { token: text, circumstances, region, origin, life }: Asking,
  ): Promise<Admitted> {
    const read = await this.#verifier.verify(text, { life, origin }, circumstances.nowMs);
    if (read.kind === 'invalid') return refusedAs('token-invalid');
    if (read.kind === 'unverifiable') return refusedAs('token-unverifiable');
    const { token } = read;
    const refusal = token.refusal(circumstances);
    if (refusal !== undefined) return refusedAs(refusal);
    // Only now: a channel's object is asked for those who have a token for it.
    const policy = await this.#policyOf(bindings, { channelId: token.channelId, region }, life);
    if (policy === undefined) return refusedAs('token-unverifiable');
    const isRevoked = token.isRevoked(policy.revocations);
    return isRevoked ? refusedAs('token-revoked') : { kind: 'admitted', rights: token.rights };
  }

  /** Which sites may embed a channel (`null`: any); `undefined`: it cannot be said just now. */
  async embedSites(bindings: AdmissionBindings, ask: ViewingAsk, life: RequestLife): Promise<EmbedSites | undefined> {
    // Names that strangers make up take no other channel's place in what is remembered.
    if ((await isChannel(bindings, ask.channelId)) === false) return null;
    return (await this.#policyOf(bindings, ask, life))?.embedSites;
  }

  #policyOf(bindings: AdmissionBindings, ask: ViewingAsk, life: RequestLife): Promise<KnownPolicy | undefined> {
    return this.policies.current(ask.channelId, () => askPolicy(bindings, ask), life);
  }
}

let isolate: { readonly controlUrl: string; readonly admission: Admission } | undefined;

/** The isolate's. */
export function admissionOf({ CONTROL_URL: controlUrl }: Pick<EdgeBindings, 'CONTROL_URL'>): Admission {
  if (isolate?.controlUrl !== controlUrl) isolate = { controlUrl, admission: new Admission(controlUrl) };
  return isolate.admission;
}

/** Of a channel that nobody has ever published to there is nothing to see, whoever comes. */
const NOTHING_REVOKED: PolicyReply = { kind: 'policy', policy: { version: 0, revocations: [] }, agedMs: 0 };

async function askPolicy(bindings: AdmissionBindings, ask: ViewingAsk): Promise<PolicyReply> {
  const reply = await askViewing(bindings, ask, (viewing) => viewing.policy());
  return reply.kind === 'refused' && reply.code === 'channel-offline' ? NOTHING_REVOKED : reply;
}

function refusedAs(refusal: TokenRefusal): Admitted {
  return { kind: 'refused', refusal };
}
