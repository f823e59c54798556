import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

/** As little of an ingest node as a region needs: `/readyz`, and a child in a process group of its own. */
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore', detached: true });
createServer((_request, response) => response.end(String(child.pid))).listen(
  Number(process.env.SLUICE_METRICS_PORT),
  process.env.SLUICE_HOST,
  () => process.send?.('ready'),
);
process.on('SIGTERM', () => {
  child.kill('SIGKILL');
  process.exit(0);
});
