#!/usr/bin/env node
// Runs under whatever Node the machine has (20 or newer) and hands over to the Node 24 of the npm package `node`, where
// its own is older: everything else is TypeScript for that Node.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;
const [major = 0] = process.versions.node.split('.').map(Number);

if (major >= NODE_MAJOR) {
  const { main } = await import('../src/cli/main.ts');
  await main();
} else {
  handOver();
}

function handOver() {
  const packageFile = createRequire(import.meta.url).resolve('node/package.json');
  const program = join(dirname(packageFile), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const child = spawn(program, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C of a terminal reaches both, so it comes to the other one twice (src/cli/interrupts.ts); what is sent to this
  // one alone has to be handed on. This one waits for what the other makes of it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', () => {
    process.stderr.write('sluice needs Node 24: npm ci in the repository brings it.\n');
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
