import { Agent, request } from 'node:http';

export interface CountedViewerOptions {
  /** `http://…/live/{channelId}/{broadcastId}` */
  readonly broadcastUrl: string;
  readonly renditions: readonly string[];
  /** `parts`: as an LL-HLS player fetches. `segments`: as an LL-DASH player does, each while it is made. */
  readonly by: 'parts' | 'segments';
}

interface Place {
  readonly msn: number;
  readonly partIndex: number;
}

/** Fetches what a player fetches, and shows nothing: many of them fit on one machine. */
export class CountedViewer {
  readonly #options: CountedViewerOptions;
  readonly #agent = new Agent({ keepAlive: true });
  #hasLeft = false;

  constructor(options: CountedViewerOptions) {
    this.#options = options;
  }

  /** Plays until it leaves; rejects when something that a player relies on is refused. */
  async play(): Promise<void> {
    await Promise.all(this.#options.renditions.map((rendition) => this.#playOne(rendition)));
  }

  leave(): void {
    this.#hasLeft = true;
    this.#agent.destroy();
  }

  async #playOne(rendition: string): Promise<void> {
    const { broadcastUrl, by } = this.#options;
    let next = nextOf(await this.#get(`${broadcastUrl}/${rendition}.m3u8`));
    while (!this.#hasLeft) {
      try {
        if (by === 'segments') {
          await this.#get(`${broadcastUrl}/${rendition}/${next.msn}.m4s?init=0`);
          next = { msn: next.msn + 1, partIndex: 0 };
        } else {
          const { msn, partIndex } = next;
          const playlist = await this.#get(`${broadcastUrl}/${rendition}.m3u8?_HLS_msn=${msn}&_HLS_part=${partIndex}`);
          await this.#get(`${broadcastUrl}/${rendition}/${msn}.${partIndex}.m4s`);
          next = after(next, playlist);
        }
      } catch (error) {
        if (!this.#hasLeft) throw error;
      }
    }
  }

  #get(url: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request(url, { agent: this.#agent }, (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(Buffer.concat(pieces).toString('latin1'));
          else reject(new Error(`${new URL(url).pathname} was answered ${answer.statusCode}`));
        });
      });
      asked.on('error', reject);
      asked.end();
    });
  }
}

/** The part that a playlist hints at: the next to come. */
function nextOf(playlist: string): Place {
  const hint = /#EXT-X-PRELOAD-HINT:TYPE=PART,URI="[^"]*\/([0-9]+)\.([0-9]+)\.m4s"/.exec(playlist);
  if (hint === null) throw new Error('the playlist hints at nothing');
  return { msn: Number(hint[1]), partIndex: Number(hint[2]) };
}

/** The part after one that a playlist lists: in its segment, or the first of the next. */
function after({ msn, partIndex }: Place, playlist: string): Place {
  const following = { msn, partIndex: partIndex + 1 };
  const isListed = playlist.includes(`/${msn}.${following.partIndex}.m4s"`);
  return isListed ? following : { msn: msn + 1, partIndex: 0 };
}
