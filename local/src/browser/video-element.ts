/** An expression, for a page: its media element, which may be in the shadow tree of our player. */
export const VIDEO_ELEMENT =
  "(document.querySelector('video') ?? document.querySelector('sluice-player').shadowRoot.querySelector('video'))";
