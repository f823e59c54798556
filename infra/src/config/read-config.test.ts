import { describe, expect, it } from 'vitest';
import { LEAST } from '../testing/synthesized.ts';
import { ConfigError } from './config-error.ts';
import { parseConfig, readConfig } from './read-config.ts';

function refusal(config: object): string {
  try {
    parseConfig({ ...LEAST, ...config }, 'sluice.config.ts');
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'taken';
}

describe('what a team says', () => {
  it('is little: a name, a domain, an account of each cloud and a region', () => {
    expect(parseConfig(LEAST, 'it')).toMatchObject({
      storage: { kind: 'r2' },
      edge: { deployedBy: 'cdk', isWorkersCacheOn: false },
      ingest: { cpus: 4, memoryGb: 8, slots: 2, nodesMin: 1, nodesMax: 10, freeSlots: 1 },
      observability: { logDays: 30 },
      isMediaLiveOn: false,
    });
  });

  it.each<[string, object, string]>([
    ['a name with capitals', { name: 'Live' }, 'name: up to 16 of a-z, 0-9 and -, the first one a letter'],
    ['a URL for a domain', { domain: 'https://live.example.com' }, 'domain: a name such as live.example.com'],
    ['a bare word for a domain', { domain: 'localhost' }, 'domain: a name such as live.example.com'],
    ['an account with dashes', { aws: { ...LEAST.aws, accountId: '1111-2222-3333' } }, 'aws.accountId: the 12 digits'],
    [
      'the account of the template',
      { aws: { ...LEAST.aws, accountId: '000000000000' } },
      'aws.accountId: the 12 digits',
    ],
    ['no region', { aws: { ...LEAST.aws, regions: [] } }, 'aws.regions: at least one region'],
    [
      'a region that is none',
      { aws: { ...LEAST.aws, regions: ['eu-wst-1'] } },
      'aws.regions.0: "eu-wst-1" is no region of AWS',
    ],
    ['a region twice', { aws: { ...LEAST.aws, regions: ['eu-west-1', 'eu-west-1'] } }, 'aws.regions: each region once'],
    [
      'an id that is none',
      { cloudflare: { accountId: 'abc' } },
      'cloudflare.accountId: the id of your Cloudflare account',
    ],
    ['a storage that is none', { storage: { kind: 'gcs' } }, 'storage.kind: r2 or s3'],
    [
      'an existing bucket without a name',
      { storage: { kind: 's3', isExistingBucket: true } },
      'storage.bucketName: its name',
    ],
    [
      'a media domain that nobody would make',
      { storage: { kind: 'r2', mediaDomain: 'media.example.com' }, edge: { deployedBy: 'wrangler' } },
      'storage.mediaDomain: nothing',
    ],
    ['a size that Fargate has not', { ingest: { cpus: 4, memoryGb: 64 } }, 'with 4 vCPUs Fargate has 8 to 30 GB'],
    [
      'a number of vCPUs that it has not',
      { ingest: { cpus: 3 } },
      'Fargate has 2, 4, 8, 16 vCPUs for an ingest node, not 3',
    ],
    [
      'fewer nodes at most than at least',
      { ingest: { nodesMin: 3, nodesMax: 2 } },
      'ingest.nodesMax: at least nodesMin, which is 3',
    ],
    [
      'more free slots than slots',
      { ingest: { nodesMax: 2, slots: 2, freeSlots: 4 } },
      'ingest.freeSlots: fewer than all slots',
    ],
    [
      'a block that is none',
      { ingest: { allowedCidrs: ['203.0.113.0'] } },
      'ingest.allowedCidrs.0: a block of IPv4 addresses',
    ],
    [
      'the edge’s name for the control API',
      { control: { domain: LEAST.domain } },
      'control.domain: another name than live.example.com',
    ],
    ['a budget for nobody', { observability: { monthlyBudgetUsd: 100 } }, 'observability.emails: at least one address'],
    ['days that CloudWatch has not', { observability: { logDays: 31 } }, 'observability.logDays: one of 1, 3, 7'],
    [
      'a secret whose name looks like an ARN’s end',
      { cloudflare: { ...LEAST.cloudflare, apiTokenSecretName: 'cloudflare-abcdef' } },
      'cloudflare.apiTokenSecretName: another name',
    ],
    ['a setting that is none', { ingest: { nodes: 3 } }, 'ingest: there is no setting called nodes'],
    ['a setting at the top that is none', { region: 'eu-west-1' }, 'there is no setting called region'],
  ])('is refused with the sentence that mends it: %s', (_what, config, sentence) => {
    const message = refusal(config);
    expect(message).toContain('sluice.config.ts cannot be deployed as it is:');
    expect(message).toContain(sentence);
  });

  it('is refused with all that is wrong at once', () => {
    const lines = refusal({ name: 'A', domain: 'b', ingest: { nodesMin: 9, nodesMax: 1 } }).split('\n');
    expect(lines.filter((line) => line.startsWith('  '))).toHaveLength(3);
  });
});

describe('the file', () => {
  it('is TypeScript, with the configuration as its default export', async () => {
    const config = await readConfig('infra/examples/three-regions.ts');
    expect(config.aws.regions).toHaveLength(3);
  });

  it('is named where it is not there', async () => {
    await expect(readConfig('infra/examples/none.ts')).rejects.toThrow(/There is no infra\/examples\/none\.ts/);
  });

  it('is refused where it exports nothing of the kind', async () => {
    await expect(readConfig('infra/src/config/hostname.ts')).rejects.toThrow(ConfigError);
  });
});
