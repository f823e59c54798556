import { randomUUID } from 'node:crypto';
import {
  type ChannelId,
  EDGE_CALL_AUDIENCE,
  GRANT_ALGORITHM,
  GRANT_ISSUER,
  type PlaybackRevocation,
  type RevocationNotice,
  RevocationNoticeAnswer,
} from '@sluice/contracts';
import { importJWK, SignJWT } from 'jose';
import type { SigningKey } from '../ingest/signing-key.ts';

/** Long enough for a slow line, short enough to be of no use to whoever finds one. */
const CALL_LIFETIME_S = 60;
/** An edge that takes longer is asked again; whoever revokes waits for this. */
const ANSWER_MS_MAX = 4_000;

export interface EdgeCallerOptions {
  readonly edgeUrl: string;
  /** The key of grants: the edge has its public half. */
  readonly signingKey: SigningKey;
  readonly nowMs: () => number;
}

/** The edge answered, and not with yes. Another call may fare better. */
export class EdgeRefusal extends Error {
  override readonly name = 'EdgeRefusal';
}

/** Tells the edge what was revoked, as the control API that the edge knows. */
export class EdgeCaller {
  readonly #options: EdgeCallerOptions;

  constructor(options: EdgeCallerOptions) {
    this.#options = options;
  }

  /** Resolves once it is in force for all who ask from now on. Rejects with EdgeRefusal when the edge said otherwise, and with another error when it said nothing. */
  async tellRevocations(channelId: ChannelId, revocations: readonly PlaybackRevocation[]): Promise<void> {
    const notice: RevocationNotice = { revocations: [...revocations] };
    const answer = await fetch(`${this.#options.edgeUrl}/control/v1/channels/${channelId}/revocations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await this.#token(channelId)}`, 'content-type': 'application/json' },
      body: JSON.stringify(notice),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new EdgeRefusal(`the edge answered ${answer.status}`);
    }
    const read = RevocationNoticeAnswer.safeParse(await answer.json().catch(() => undefined));
    if (!read.success) throw new EdgeRefusal('the edge answered something else');
  }

  async #token(channelId: ChannelId): Promise<string> {
    const { signingKey, nowMs } = this.#options;
    const { publicJwk, d } = signingKey;
    const issuedAtS = Math.floor(nowMs() / 1_000);
    return await new SignJWT({})
      .setProtectedHeader({ alg: GRANT_ALGORITHM, kid: publicJwk.kid, typ: 'JWT' })
      .setIssuer(GRANT_ISSUER)
      .setAudience(EDGE_CALL_AUDIENCE)
      .setSubject(channelId)
      .setIssuedAt(issuedAtS)
      .setExpirationTime(issuedAtS + CALL_LIFETIME_S)
      .setJti(randomUUID())
      .sign(await importJWK({ ...publicJwk, d }, GRANT_ALGORITHM));
  }
}
