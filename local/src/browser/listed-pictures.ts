/** A rendition with a picture, as the multivariant playlist lists it. */
export interface ListedPicture {
  readonly heightPx: number;
  readonly playlistUrl: string;
}

/** The pictures of a live channel, the smallest first; `channelUrl` has no `/` at its end. */
export async function listedPictures(channelUrl: string): Promise<ListedPicture[]> {
  const indexUrl = `${channelUrl}/index.m3u8`;
  const text = await (await fetch(indexUrl)).text();
  const found = [...text.matchAll(/RESOLUTION=[0-9]+x([0-9]+).*\n(\S+)/g)];
  return found
    .map(([, height, uri]) => ({ heightPx: Number(height), playlistUrl: new URL(uri ?? '', indexUrl).href }))
    .toSorted((a, b) => a.heightPx - b.heightPx);
}
