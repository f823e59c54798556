import { get } from 'node:http';

/**
 * The container's health check: asks the node beside it for `/healthz`, and ends with 0 when it answers 200. It is started
 * every few seconds, so it loads nothing; the environment is the node's, which has refused to start with a wrong one.
 */

/** Below the health check's own limit, so that this sentence is what is logged. */
const ANSWER_MS_MAX = 4_000;
const EVERY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

const { SLUICE_HOST = '127.0.0.1', SLUICE_METRICS_PORT = '8082' } = process.env;
const host = EVERY_ADDRESS[SLUICE_HOST] ?? SLUICE_HOST;

const request = get({ host, port: SLUICE_METRICS_PORT, path: '/healthz', timeout: ANSWER_MS_MAX }, (response) => {
  response.resume();
  end(response.statusCode === 200 ? undefined : `/healthz answered ${response.statusCode}`);
});
request.on('timeout', () => end(`/healthz did not answer in ${ANSWER_MS_MAX} ms`));
request.on('error', (error) => end(`/healthz: ${error.message}`));

function end(why: string | undefined): void {
  if (why !== undefined) process.stderr.write(`${why}\n`);
  process.exit(why === undefined ? 0 : 1);
}
