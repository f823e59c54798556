import { randomUUID } from 'node:crypto';
import {
  type BroadcastId,
  type ChannelId,
  CLIP_REFUSALS,
  type ClipCut,
  ClipCutAnswer,
  type ClipId,
  type ClipRefusal as ClipRefusalCode,
  EDGE_CALL_AUDIENCE,
  type EmbedSitesNotice,
  GRANT_ALGORITHM,
  GRANT_ISSUER,
  type PlaybackRevocation,
  type RevocationNotice,
  RevocationNoticeAnswer,
} from '@sluice/contracts';
import { importJWK, SignJWT } from 'jose';
import { z } from 'zod';
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

/** The edge refused a clip, for a reason that is whoever asked for it's own. */
export class ClipRefusal extends Error {
  override readonly name = 'ClipRefusal';
  readonly code: ClipRefusalCode;

  constructor(code: ClipRefusalCode) {
    super(code);
    this.code = code;
  }
}

/** Tells and asks the edge, as the control API that the edge knows. */
export class EdgeCaller {
  readonly #options: EdgeCallerOptions;

  constructor(options: EdgeCallerOptions) {
    this.#options = options;
  }

  /** Resolves once it is in force for all who ask from now on. Rejects with EdgeRefusal when the edge said otherwise, and with another error when it said nothing. */
  async tellRevocations(channelId: ChannelId, revocations: readonly PlaybackRevocation[]): Promise<void> {
    const notice: RevocationNotice = { revocations: [...revocations] };
    const answer = await this.#call('POST', channelId, '/revocations', notice);
    await readAnswer(answer, RevocationNoticeAnswer);
  }

  /** Resolves once it is kept. Rejects as tellRevocations does. */
  async tellEmbedSites(channelId: ChannelId, notice: EmbedSitesNotice): Promise<void> {
    await readNothing(await this.#call('PUT', channelId, '/embed-sites', notice));
  }

  /** Cuts a clip, once. Rejects as tellRevocations does, and with ClipRefusal. */
  async cutClip(channelId: ChannelId, clipId: ClipId, cut: ClipCut): Promise<ClipCutAnswer> {
    const answer = await this.#call('PUT', channelId, `/clips/${clipId}`, cut);
    if (answer.status >= 400 && answer.status < 500) {
      const refusal = RefusedClip.safeParse(await answer.json().catch(() => undefined));
      if (refusal.success) throw new ClipRefusal(refusal.data.code);
      throw new EdgeRefusal(`the edge answered ${answer.status}`);
    }
    return await readAnswer(answer, ClipCutAnswer);
  }

  /** It can be played no more. */
  async deleteClip(channelId: ChannelId, clipId: ClipId): Promise<void> {
    await readNothing(await this.#call('DELETE', channelId, `/clips/${clipId}`));
  }

  /** The recording can be played no more. */
  async forgetRecording(channelId: ChannelId, broadcastId: BroadcastId): Promise<void> {
    await readNothing(await this.#call('DELETE', channelId, `/recordings/${broadcastId}`));
  }

  /** Nobody is live on it any more, and nothing of it can be played. */
  async deleteChannel(channelId: ChannelId): Promise<void> {
    await readNothing(await this.#call('DELETE', channelId, ''));
  }

  async #call(method: string, channelId: ChannelId, path: string, body?: unknown): Promise<Response> {
    return await fetch(`${this.#options.edgeUrl}/control/v1/channels/${channelId}${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.#token(channelId)}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
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

const RefusedClip = z.object({ code: z.enum(CLIP_REFUSALS) });

async function readNothing(answer: Response): Promise<void> {
  await answer.body?.cancel();
  if (!answer.ok) throw new EdgeRefusal(`the edge answered ${answer.status}`);
}

async function readAnswer<T extends z.ZodType>(answer: Response, schema: T): Promise<z.output<T>> {
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new EdgeRefusal(`the edge answered ${answer.status}`);
  }
  const read = schema.safeParse(await answer.json().catch(() => undefined));
  if (!read.success) throw new EdgeRefusal('the edge answered something else');
  return read.data;
}
