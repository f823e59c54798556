/**
 * Records how a publisher begins, for `fixtures/`: a UDP proxy in front of any SRT server.
 *
 *   node ingest-node/src/srt/record-fixture.ts LISTEN_PORT SERVER_PORT FILE
 *
 * It writes one datagram a line, `>` from the client and `<` from the server, in hexadecimal, and ends after the first
 * dozen: a fixture is evidence of a dialogue and no film.
 */
import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';

const DATAGRAMS_MAX = 12;
const HOST = '127.0.0.1';

function record(listenPort: number, serverPort: number, file: string): void {
  const lines: string[] = [];
  const front = createSocket('udp4');
  const back = createSocket('udp4');
  let clientPort = 0;
  const keep = (direction: '>' | '<', datagram: Buffer): void => {
    lines.push(`${direction} ${datagram.toString('hex')}`);
    if (lines.length < DATAGRAMS_MAX) return;
    writeFileSync(file, `${lines.join('\n')}\n`);
    process.exit(0);
  };
  front.on('message', (datagram, { port }) => {
    clientPort = port;
    back.send(datagram, serverPort, HOST);
    keep('>', datagram);
  });
  back.on('message', (datagram) => {
    front.send(datagram, clientPort, HOST);
    keep('<', datagram);
  });
  front.bind(listenPort, HOST);
}

const [listenPort, serverPort, file] = process.argv.slice(2);
if (file === undefined) throw new Error('LISTEN_PORT, SERVER_PORT and FILE are needed');
record(Number(listenPort), Number(serverPort), file);
