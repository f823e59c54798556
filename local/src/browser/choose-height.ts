import type { Page } from 'playwright-core';

/** Tells the player of a bare page to go on with the picture of that height, and to stay with it. */
export async function chooseHeight(page: Page, heightPx: number): Promise<void> {
  await page.evaluate(choose, heightPx);
}

/** In the page: whichever player is there. */
function choose(heightPx: number): void {
  interface Track {
    readonly height: number;
  }
  const { hls, player } = globalThis as unknown as {
    readonly hls?: { readonly levels: readonly Track[]; loadLevel: number };
    /** Shaka's, or dash.js's. */
    readonly player?: {
      configure?(what: object): void;
      getVariantTracks?(): readonly Track[];
      selectVariantTrack?(track: Track | undefined): void;
      updateSettings?(what: object): void;
      setRepresentationForTypeById?(type: string, id: string): void;
    };
  };
  if (hls !== undefined) hls.loadLevel = hls.levels.findIndex(({ height }) => height === heightPx);
  if (player?.getVariantTracks !== undefined) {
    player.configure?.({ abr: { enabled: false } });
    player.selectVariantTrack?.(player.getVariantTracks().find(({ height }) => height === heightPx));
  } else {
    player?.updateSettings?.({ streaming: { abr: { autoSwitchBitrate: { video: false } } } });
    player?.setRepresentationForTypeById?.('video', `v${heightPx}`);
  }
}
