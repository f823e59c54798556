import { AnnounceAnswer, GRANT_ALGORITHM, GRANT_AUDIENCE, GRANT_ISSUER, LeaseAnswer } from '@sluice/contracts';
import { TestBroadcast, V720 } from '@sluice/edge/test-broadcast';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';

/** The key pair that a benchmark signs grants with, in the control API's stead. */
export interface LoadKeys {
  /** For the edge's CONTROL_JWKS. */
  readonly jwks: string;
  readonly privateKey: CryptoKey;
}

export async function makeLoadKeys(): Promise<LoadKeys> {
  const { publicKey, privateKey } = await generateKeyPair(GRANT_ALGORITHM, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'load', alg: GRANT_ALGORITHM };
  return { jwks: JSON.stringify({ keys: [jwk] }), privateKey };
}

const NODE_ID = 'load-node';
const DVR_WINDOW_S = 300;

/** An ingest node without media: it announces part after part, so that the edge is all that is measured. */
export class LoadPublisher {
  readonly #edgeUrl: string;
  readonly #grant: string;
  readonly #lease: LeaseAnswer;
  readonly #broadcast = new TestBroadcast();
  readonly channelId: string;
  /** Parts that were announced, of each rendition. */
  #announced = 0;

  private constructor(known: { edgeUrl: string; channelId: string; grant: string; lease: LeaseAnswer }) {
    this.#edgeUrl = known.edgeUrl;
    this.channelId = known.channelId;
    this.#grant = known.grant;
    this.#lease = known.lease;
  }

  /** Takes the channel and describes the broadcast. */
  static async begin(edgeUrl: string, channelId: string, { privateKey }: LoadKeys): Promise<LoadPublisher> {
    const claims = { node: NODE_ID, keyId: 'load', takeover: 'take-over', dvrWindowS: DVR_WINDOW_S, isPrivate: false };
    const grant = await new SignJWT(claims)
      .setProtectedHeader({ alg: GRANT_ALGORITHM, kid: 'load' })
      .setIssuer(GRANT_ISSUER)
      .setAudience(GRANT_AUDIENCE)
      .setSubject(channelId)
      .setIssuedAt()
      .setJti('load')
      .setExpirationTime('1h')
      .sign(privateKey);
    const answer = await post(`${edgeUrl}/ingest/v1/channels/${channelId}/lease`, grant, { nodeId: NODE_ID });
    const lease = LeaseAnswer.parse(answer);
    const publisher = new LoadPublisher({ edgeUrl, channelId, grant, lease });
    await publisher.#announce({ parts: [], description: publisher.#broadcast.description });
    return publisher;
  }

  /** What the playlist of `v720` lists next. */
  get nextPart(): { readonly msn: number; readonly partIndex: number } {
    const { partsPerSegment } = this.#broadcast.grid;
    return { msn: Math.floor(this.#announced / partsPerSegment) + 1, partIndex: this.#announced % partsPerSegment };
  }

  /** Where a viewer waits for exactly the next part. */
  get waitPath(): string {
    const { msn, partIndex } = this.nextPart;
    return `${this.playlistPath}?_HLS_msn=${msn}&_HLS_part=${partIndex}`;
  }

  get playlistPath(): string {
    return `/live/${this.channelId}/${this.#lease.broadcastId}/${V720}.m3u8`;
  }

  /** Announces that many parts more of every rendition; sends again what a restarted object asks for. */
  async announce(partCount: number): Promise<void> {
    const to = this.#announced + partCount;
    const { next } = await this.#announce({ parts: this.#broadcast.parts(this.#announced, to) });
    this.#announced = to;
    const { partsPerSegment } = this.#broadcast.grid;
    const expected = next[V720];
    const from = expected === undefined ? 0 : (expected.msn - 1) * partsPerSegment + expected.partIndex;
    if (from < to) await this.#announce({ parts: this.#broadcast.parts(from, to) });
  }

  async #announce(body: object): Promise<AnnounceAnswer> {
    const { broadcastId, epoch } = this.#lease;
    const url = `${this.#edgeUrl}/ingest/v1/channels/${this.channelId}/announce`;
    return AnnounceAnswer.parse(await post(url, this.#grant, { broadcastId, epoch, ...body }));
  }
}

async function post(url: string, grant: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${grant}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${new URL(url).pathname} was answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
