import { randomUUID } from 'node:crypto';
import { type ChannelId, EDGE_CALL_AUDIENCE, GRANT_ALGORITHM, GRANT_ISSUER } from '@sluice/contracts';
import { importJWK, SignJWT } from 'jose';
import { makeSigningKey } from '../../functions/src/ingest/signing-key.ts';
import { SqliteStore } from '../../functions/src/storage/sqlite-store.ts';

const LIFETIME_S = 60;

/** The bearer token of a call to the edge, as a system's control API makes it: it is signed with the key of grants. */
export async function edgeCallToken(controlDatabasePath: string, channelId: ChannelId): Promise<string> {
  const store = new SqliteStore(controlDatabasePath);
  const { publicJwk, d } = await store.signingKey(makeSigningKey);
  store.close();
  const nowS = Math.floor(Date.now() / 1_000);
  return new SignJWT({})
    .setProtectedHeader({ alg: GRANT_ALGORITHM, kid: publicJwk.kid, typ: 'JWT' })
    .setIssuer(GRANT_ISSUER)
    .setAudience(EDGE_CALL_AUDIENCE)
    .setSubject(channelId)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + LIFETIME_S)
    .setJti(randomUUID())
    .sign(await importJWK({ ...publicJwk, d }, GRANT_ALGORITHM));
}
