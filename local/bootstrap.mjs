// The one file that runs under whatever Node the machine has (20 or newer). It installs what is missing, then hands
// over to the Node 24 that the npm package `node` brings. Everything else in the tree is TypeScript for that Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const stamp = join(root, 'node_modules', '.sluice-installed');
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

const COMMANDS = {
  start: (args) => [[node, 'local/src/start.ts', ...args]],
  build: () => [[node, 'edge/build.ts']],
  test: (args) => [
    [node, 'edge/build.ts'],
    [
      node,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=./local/src/test-report.ts',
      ...args,
    ],
  ],
  check: () => [
    [node, 'edge/build.ts'],
    [node, 'node_modules/@biomejs/biome/bin/biome', 'check', '.'],
    [node, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
    [node, 'node_modules/typescript/bin/tsc', '-p', 'edge/tsconfig.json'],
    [node, 'node_modules/typescript/bin/tsc', '-p', 'infra/tsconfig.json'],
    [node, 'node_modules/typescript/bin/tsc', '-p', 'edge/src/player/tsconfig.json'],
    [node, 'node_modules/typescript/bin/tsc', '-p', 'edge/src/console/tsconfig.json'],
    [node, 'node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--project', 'isolated', '--project', 'edge'],
  ],
  bench: (args) => [
    [node, 'edge/build.ts'],
    [node, 'local/bench/run.ts', ...args],
  ],
  // What is in the ingest node's image, and under which licences (docs/IMAGE.md), into a folder: dist, if none is named.
  sbom: ([to = 'dist']) => [[node, 'ingest-node/image/main.ts', 'papers', '--from', '.', '--to', to]],
  fuzz: (args) => [[node, 'ingest-node/fuzz/run.ts', ...args]],
};

const [command = '', ...args] = process.argv.slice(2);
const steps = COMMANDS[command];
if (steps === undefined) fail(`There is no "${command}". There is: ${Object.keys(COMMANDS).join(', ')}.`);
installWhatIsMissing();
for (const step of steps(args)) {
  const exitCode = await run(step);
  if (exitCode !== 0) process.exit(exitCode);
}

function installWhatIsMissing() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && existsSync(node) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('Installing what is missing from npm (once, about 1.2 GB on disk) ...\n');
  // The engines of some packages ask for the Node that this very install brings: hence only errors are shown.
  // SKIP_FFMPEG: node-av carries FFmpeg's libraries itself; the command line that it would download is not used.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const installed = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, SKIP_FFMPEG: 'true' },
    shell: process.platform === 'win32',
  });
  if (installed.status !== 0) fail('npm could not install the packages; its own words are above.');
  if (!existsSync(node)) {
    fail(
      'The npm package "node" brought no Node 24. Are install scripts switched off (npm config get ignore-scripts)?',
    );
  }
  writeFileSync(stamp, wanted);
}

/** Runs one step in the foreground and passes signals on; resolves with its exit code. */
function run([program, ...programArgs]) {
  return new Promise((resolve) => {
    const child = spawn(program, programArgs, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
    });
    const pass = (signal) => child.kill(signal);
    // A terminal's Ctrl-C reaches the child by itself; this side only has to outlive it.
    const stay = () => undefined;
    process.on('SIGTERM', pass);
    process.on('SIGHUP', pass);
    process.on('SIGINT', stay);
    child.on('error', (error) => fail(`Could not start ${program}: ${error.message}`));
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', pass);
      process.off('SIGHUP', pass);
      process.off('SIGINT', stay);
      resolve(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 15));
    });
  });
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
