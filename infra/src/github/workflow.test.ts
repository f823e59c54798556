import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../../../.github/workflows/', import.meta.url);
const WORKFLOWS = readdirSync(FOLDER).map((name) => [name, readFileSync(new URL(name, FOLDER), 'utf8')] as const);

/** The text of one job. */
function jobOf(workflow: string, name: string): string {
  const [, after = ''] = workflow.split(new RegExp(`^  ${name}:$`, 'm'));
  return after.split(/^ {2}\S/m, 1)[0] ?? '';
}

describe.each(WORKFLOWS)('the workflow %s', (_, text) => {
  it('has no long-lived key: it reads no secret', () => expect(text).not.toMatch(/secrets\.|access-key/i));

  it('uses actions of a named major version, and leaves no token of GitHub’s in the working tree', () => {
    const actions = [...text.matchAll(/uses: (?!\.\/)(\S+)/g)].map(([, action]) => action);
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/@v[0-9]+$|@[0-9a-f]{40}$/);
    const checkouts = text.match(/uses: actions\/checkout@/g);
    expect(text.match(/persist-credentials: false/g)).toHaveLength(checkouts?.length ?? 0);
  });

  it('may read, and no more, but where a job says so', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(text).not.toMatch(/: write-all|(?<!id-token): write$/m);
  });

  it('puts nothing that somebody typed into a shell', () => {
    for (const [, script = ''] of text.matchAll(/^ +(?:- )?run: (\|\n(?: {10,}.*\n)+|.*\n)/gm)) {
      expect(script).not.toContain('${{');
    }
  });
});

describe('a deployment from GitHub', () => {
  const deploy = readFileSync(new URL('deploy.yml', FOLDER), 'utf8');

  it('is approved in its environment, after the tests and with the diff', () => {
    expect(jobOf(deploy, 'deploy')).toMatch(/needs: \[commit, test, diff\]/);
    expect(jobOf(deploy, 'deploy')).toMatch(/environment: production/);
    expect(jobOf(deploy, 'diff')).toMatch(/GITHUB_STEP_SUMMARY/);
  });

  it('is never cut off by another one', () => {
    expect(deploy).toMatch(/^concurrency:\n {2}group: deploy\n {2}cancel-in-progress: false$/m);
  });

  it('has tokens of GitHub only where a role is taken by them', () => {
    for (const job of ['commit', 'test']) expect(jobOf(deploy, job)).not.toContain('id-token');
    for (const job of ['diff', 'deploy']) expect(jobOf(deploy, job)).toContain('id-token: write');
    expect(jobOf(deploy, 'diff')).toContain('vars.SLUICE_LOOK_ROLE');
    expect(jobOf(deploy, 'deploy')).toContain('vars.SLUICE_DEPLOY_ROLE');
  });
});
