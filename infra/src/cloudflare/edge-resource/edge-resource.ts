import type { S3 } from '@aws-sdk/client-s3';
import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { CloudflareApi, type CloudflareApiOptions } from '../api/cloudflare-api.ts';
import { WorkersApi } from '../api/workers-api.ts';
import { ZoneApi } from '../api/zone-api.ts';
import type { Asked, CustomResource, Log } from '../custom-resource/custom-resource.ts';
import { DeploymentSecrets } from '../custom-resource/deployment-secrets.ts';
import { findZoneId } from '../custom-resource/find-zone.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import { assertZoneUsable } from '../custom-resource/zone-check.ts';
import { fetchControlKeys } from './control-keys.ts';
import { EdgeProperties, mediaBaseUrl, type R2Storage, type ZonedEdgeProperties } from './edge-properties.ts';
import {
  bucketApi,
  ensureMediaDomain,
  lookAtRules,
  removeCorsRule,
  removeMediaDomain,
  removeMediaRules,
  removeOthersMedia,
} from './media-domain-step.ts';
import { assertTriggersFree, ensureTriggers, removeOldTriggers, removeTriggers } from './triggers-step.ts';
import { assertWorkerFree, ownerOf } from './worker-owner.ts';
import { ensureWorker, type WorkerCode } from './worker-step.ts';
import type { UploadSecrets } from './worker-upload.ts';
import { assertNamesInZone } from './zone-names.ts';

export interface EdgeResourceWorld {
  readonly secrets: SecretsManager;
  readonly s3: S3;
  readonly log: Log;
  /** All but the token. */
  readonly api?: Omit<CloudflareApiOptions, 'token'>;
}

/** With the zone that was named, or found. */
type EdgeAsked = Asked<EdgeProperties> & { readonly properties: ZonedEdgeProperties };

/**
 * The edge in Cloudflare: the Worker, and what leads to it. Every step looks and then makes, so whoever does it again ends
 * at the same, wherever it broke off before.
 */
export function edgeResource({ secrets, s3, log, api }: EdgeResourceWorld): CustomResource<EdgeProperties> {
  const deploymentSecrets = new DeploymentSecrets(secrets);
  return {
    properties: EdgeProperties,
    identity: ({ AccountId, ZoneId, Domain, WorkerName }) => [AccountId, ZoneId ?? Domain, WorkerName],
    openApi: async ({ ApiTokenSecretArn }) => {
      return new CloudflareApi({ ...api, token: await deploymentSecrets.apiToken(ApiTokenSecretArn) });
    },
    apply: async (told) => {
      const asked = await inZone(told);
      await survey(asked);
      // All that is read is read before anything is made.
      const uploadSecrets = await readUploadSecrets(asked, deploymentSecrets);
      const code = await readCode(s3, asked.properties);
      await makeMediaDomain(asked);
      const workers = new WorkersApi(asked.api, asked.properties.AccountId);
      await asked.api.converge(() => {
        return ensureWorker({
          ...asked,
          workers,
          secrets: uploadSecrets,
          code,
          readCode: (of) => readCode(s3, of),
          log,
        });
      });
      await asked.api.converge(() => ensureTriggers(triggersOptions(asked)));
      await removeOld(asked);
      await removeTaken(asked);
      return attributes(asked.properties);
    },
    remove: async (told) => removeAll(await inZone(told), log),
    log,
  };
}

async function inZone(asked: Asked<EdgeProperties>): Promise<EdgeAsked> {
  const { ZoneId, Domain, AccountId } = asked.properties;
  const zoneId = ZoneId ?? (await findZoneId(asked.api, AccountId, Domain));
  return { ...asked, properties: { ...asked.properties, ZoneId: zoneId } };
}

/** Looks at everything that is about to be made: what is not ours is refused, and so is a token that may not see it. */
async function survey(asked: EdgeAsked): Promise<void> {
  const { api, properties, mark } = asked;
  const options = triggersOptions(asked);
  const zone = await options.zone.zone();
  assertZoneUsable(zone, properties.AccountId);
  assertNamesInZone(zone, properties);
  await assertWorkerFree(options.workers, properties, mark);
  await assertTriggersFree(options);
  const { Storage: storage } = properties;
  if (storage.Kind !== 'r2') return;
  if (!(await bucketApi(api, properties, storage).isThere())) {
    throw new Refusal(`There is no R2 bucket ${storage.BucketName} in the account`);
  }
  if (storage.MediaDomain !== undefined) await lookAtRules(asked);
}

async function readUploadSecrets({ api, properties }: EdgeAsked, secrets: DeploymentSecrets): Promise<UploadSecrets> {
  const { Storage, EdgeTokenSecretArn, EdgeTokenField, ControlUrl } = properties;
  const edgeToken = await secrets.edgeToken(EdgeTokenSecretArn, EdgeTokenField);
  const controlJwks = await fetchControlKeys(ControlUrl, (ms) => api.sleep(ms));
  if (Storage.Kind === 'r2') return { edgeToken, controlJwks };
  const s3Credentials = await secrets.s3Credentials(Storage.CredentialsSecretArn);
  if (s3Credentials !== undefined) return { edgeToken, controlJwks, s3Credentials };
  throw new Refusal(`The secret ${Storage.CredentialsSecretArn} is not JSON with accessKeyId and secretAccessKey`);
}

async function readCode(s3: S3, { Code }: EdgeProperties): Promise<WorkerCode> {
  const { Body } = await s3.getObject({ Bucket: Code.Bucket, Key: Code.Key });
  if (Body === undefined) throw new Error('S3 sent no code');
  return new Uint8Array(await Body.transformToByteArray());
}

async function makeMediaDomain(asked: EdgeAsked): Promise<void> {
  const { Storage: storage } = asked.properties;
  if (storage.Kind !== 'r2' || storage.MediaDomain === undefined) return;
  await ensureMediaDomain(asked, storage, storage.MediaDomain);
}

/** What was made for the properties of before, and is not wanted any more. Media and buckets stay. */
async function removeOld(asked: EdgeAsked): Promise<void> {
  const { properties, oldProperties: old } = asked;
  if (old === undefined) return;
  await removeOldTriggers(triggersOptions(asked), old);
  if (old.Storage.Kind !== 'r2' || old.Storage.MediaDomain === undefined) return;
  const isBucketKept = isSameBucket(old.Storage, properties.Storage);
  const domain = properties.Storage.Kind === 'r2' ? properties.Storage.MediaDomain : undefined;
  if (isBucketKept && domain === old.Storage.MediaDomain) return;
  await removeMediaDomain(asked, old.Storage, old.Storage.MediaDomain);
  if (domain !== old.Storage.MediaDomain) await removeMediaRules(asked, old.Storage.MediaDomain);
  if (!isBucketKept || domain === undefined) await removeCorsRule(asked, old.Storage);
}

/** What the other stack had for the media domain, where ours stands now. */
async function removeTaken(asked: EdgeAsked): Promise<void> {
  const { Storage: storage, TakesOver } = asked.properties;
  if (!TakesOver || storage.Kind !== 'r2' || storage.MediaDomain === undefined) return;
  await removeOthersMedia(asked, storage, storage.MediaDomain);
}

function isSameBucket(old: R2Storage, now: EdgeProperties['Storage']): boolean {
  return now.Kind === 'r2' && old.BucketName === now.BucketName && old.Jurisdiction === now.Jurisdiction;
}

/** From the outside in: first what leads viewers to it. Only what is ours, and nothing that was only just taken over. */
async function removeAll(asked: EdgeAsked, log: Log): Promise<void> {
  const { properties, mark } = asked;
  const options = triggersOptions(asked);
  const owner = await ownerOf(options.workers, properties.WorkerName, mark);
  if (owner === 'taken') {
    return log(
      'warn',
      `The Worker ${properties.WorkerName} was taken over from another stack, and no deployment without the take-over came after that: it stays, with all that leads to it`,
    );
  }
  if (owner === 'us') {
    await removeTriggers(options);
    await options.workers.remove(properties.WorkerName);
  } else {
    log('info', `There is no Worker ${properties.WorkerName} of this stack`);
  }
  const { Storage: storage } = properties;
  if (storage.Kind !== 'r2' || storage.MediaDomain === undefined) return;
  await removeMediaDomain(asked, storage, storage.MediaDomain);
  await removeMediaRules(asked);
  await removeCorsRule(asked, storage);
}

function triggersOptions({ api, properties }: EdgeAsked) {
  const workers = new WorkersApi(api, properties.AccountId);
  return { workers, zone: new ZoneApi(api, properties.ZoneId), properties };
}

function attributes(properties: EdgeProperties): Readonly<Record<string, string>> {
  const { WorkerName, Domain } = properties;
  return { WorkerName, EdgeUrl: `https://${Domain}`, MediaBaseUrl: mediaBaseUrl(properties) ?? '' };
}
