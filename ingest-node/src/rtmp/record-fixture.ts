/**
 * Records what a publisher sends, for `fixtures/`: a TCP proxy in front of any RTMP server.
 *
 *   node ingest-node/src/rtmp/record-fixture.ts LISTEN_PORT SERVER_PORT FILE
 *
 * It takes one connection, writes what the client sent into FILE, and ends with it.
 */
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** A fixture is evidence of a dialogue and no film. */
const RECORDED_BYTES_MAX = 64 * 1_024;
const HOST = '127.0.0.1';

function record(listenPort: number, serverPort: number, file: string): void {
  const pieces: Buffer[] = [];
  const proxy = createServer((client) => {
    proxy.close();
    const server = connect(serverPort, HOST);
    client.on('data', (piece) => pieces.push(piece));
    client.pipe(server).pipe(client);
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
    client.on('close', () => writeFileSync(file, Buffer.concat(pieces).subarray(0, RECORDED_BYTES_MAX)));
  });
  proxy.listen(listenPort, HOST);
}

const [listenPort, serverPort, file] = process.argv.slice(2);
if (file === undefined) throw new Error('LISTEN_PORT, SERVER_PORT and FILE are needed');
record(Number(listenPort), Number(serverPort), file);
