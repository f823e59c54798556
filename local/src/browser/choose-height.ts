import type { Page } from 'playwright-core';

/** Tells the player of a bare page, or our page by its menu, to go on with the picture of that height and stay with it. */
export async function chooseHeight(page: Page, heightPx: number): Promise<void> {
  if (await page.evaluate("'sluice' in window")) {
    await chooseInMenu(page, heightPx);
  } else {
    await page.evaluate(choose, heightPx);
  }
}

/** Our page's controls hide while nobody moves: the events come without a mouse. */
async function chooseInMenu(page: Page, heightPx: number): Promise<void> {
  await page.locator('#quality').dispatchEvent('click');
  await page.locator('#quality-menu .menu-item', { hasText: new RegExp(`^${heightPx}p`) }).dispatchEvent('click');
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
