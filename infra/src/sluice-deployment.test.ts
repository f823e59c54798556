import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from './config/read-config.ts';
import { addDeployment } from './sluice-deployment.ts';
import { cdkContext, Synthesized, WORKER } from './testing/synthesized.ts';

const EXAMPLES = fileURLToPath(new URL('../examples/', import.meta.url));
const RUNBOOK = readFileSync(new URL('../../docs/RUNBOOK.md', import.meta.url), 'utf8');
const outdir = mkdtempSync(join(tmpdir(), 'sluice-synth-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

describe('each example', () => {
  it.each(readdirSync(EXAMPLES))(
    'is synthesized without asking anybody, and cdk-nag has nothing to say: %s',
    async (file) => {
      const app = new App({ context: cdkContext(), outdir: join(outdir, file) });
      addDeployment(app, await readConfig(join(EXAMPLES, file)), WORKER);
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
      // Throws with every finding that nobody gave a reason for, CloudFormation's own rules among them.
      expect(app.synth().manifest.missing).toBeUndefined();
    },
  );
});

describe('everything that is deployed', () => {
  const all = new Synthesized({
    aws: { accountId: '111122223333', regions: ['eu-west-1', 'us-east-1'] },
    isMediaLiveOn: true,
    ingest: { nodesMin: 0 },
    observability: { emails: ['ops@example.com'], monthlyBudgetUsd: 100 },
    tags: { team: 'video' },
  });
  const resources = all.stacks.flatMap((stack) => {
    return Object.entries<{ Type: string; Properties?: unknown }>(all.of(stack).toJSON().Resources);
  });
  const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type);

  it('says what it is and for whom, in the bill too', () => {
    for (const stack of all.stacks) {
      expect(stack.stackName).toMatch(/^Sluice-test-/);
      expect(stack.tags.tagValues()).toMatchObject({ 'sluice:deployment': 'test', team: 'video' });
    }
  });

  it('is text that every service of AWS takes: some refuse what is not ASCII', () => {
    for (const [id, { Properties }] of resources) {
      const text = JSON.stringify(Properties ?? {});
      expect([id, text.match(/[^\x20-\x7e]+/g)]).toEqual([id, null]);
    }
  });

  it('keeps no log for ever', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(4);
    for (const group of groups) expect(group).toMatchObject([group[0], { Properties: { RetentionInDays: 30 } }]);
  });

  it('runs on ARM, and functions on Node 24', () => {
    const ours = ofType('AWS::Lambda::Function').filter(([id]) => !id.startsWith('CustomCrossRegion'));
    for (const each of ours) {
      expect(each).toMatchObject([each[0], { Properties: { Runtime: 'nodejs24.x', Architectures: ['arm64'] } }]);
    }
    const tasks = ofType('AWS::ECS::TaskDefinition');
    expect(tasks).toHaveLength(3);
    for (const each of tasks) {
      expect(each).toMatchObject([each[0], { Properties: { RuntimePlatform: { CpuArchitecture: 'ARM64' } } }]);
    }
  });

  it('has no NAT gateway, no public bucket and no queue, topic or table without encryption', () => {
    expect(ofType('AWS::EC2::NatGateway')).toEqual([]);
    expect(ofType('AWS::S3::Bucket')).toEqual([]);
    for (const queue of ofType('AWS::SQS::Queue')) {
      expect(queue).toMatchObject([queue[0], { Properties: { SqsManagedSseEnabled: true } }]);
    }
  });

  it('has an alarm for each heading of the runbook that it names, and the heading is there', () => {
    const told = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => {
      return String((Properties as { AlarmDescription: string }).AlarmDescription);
    });
    const ringing = told.filter((text) => !text.includes('nobody is told'));
    expect(ringing.length).toBeGreaterThan(12);
    for (const text of ringing) {
      const heading = /docs\/RUNBOOK\.md, "([^"]+)"\.$/.exec(text)?.[1];
      expect([text, RUNBOOK.includes(`\n## ${heading}\n`)]).toEqual([text, true]);
    }
  });
});
