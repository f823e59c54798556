/** What is shared of a channel. */
export interface Shared {
  /** `https://live.example.com`. */
  readonly edgeUrl: string;
  readonly channelId: string;
  /** Of a private channel. Secret. */
  readonly token?: string | undefined;
}

/** Where the channel is watched, by people and by players. */
export interface ShareLinks {
  readonly watch: string;
  readonly hls: string;
  readonly dash: string;
}

/** Of a private channel the token stands in all of them. */
export function shareLinks({ edgeUrl, channelId, token }: Shared): ShareLinks {
  const base = token === undefined ? edgeUrl : `${edgeUrl}/t/${token}`;
  return {
    watch: `${base}/watch/${channelId}`,
    hls: `${base}/live/${channelId}/index.m3u8`,
    dash: `${base}/live/${channelId}/manifest.mpd`,
  };
}

/** A frame with the player in it. It keeps 16:9 as wide as its place is. */
export function frameCode({ edgeUrl, channelId, token }: Shared): string {
  const base = token === undefined ? edgeUrl : `${edgeUrl}/t/${token}`;
  const attributes = [
    `src="${attribute(`${base}/embed/${channelId}`)}"`,
    `title="${attribute(channelId)}"`,
    'style="width:100%;aspect-ratio:16/9;border:0"',
    'allow="autoplay; fullscreen; picture-in-picture"',
    'allowfullscreen',
  ];
  return `<iframe ${attributes.join(' ')}></iframe>`;
}

/** The player itself, in the page. */
export function elementCode({ edgeUrl, channelId, token }: Shared): string {
  const secret = token === undefined ? '' : ` token="${attribute(token)}"`;
  return `<script type="module" src="${attribute(`${edgeUrl}/player.js`)}"></script>\n<sluice-player channel="${attribute(channelId)}"${secret}></sluice-player>`;
}

/** HTML §13.1.2.3, in double quotes. */
function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
