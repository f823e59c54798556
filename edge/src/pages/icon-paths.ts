/** 24 × 24, drawn with the text's colour; `i-` is put before each name. */
export const ICON_PATHS = {
  play: '<path d="M8 5.3v13.4a.8.8 0 0 0 1.2.7l10.6-6.7a.8.8 0 0 0 0-1.4L9.2 4.6A.8.8 0 0 0 8 5.3z"/>',
  pause: '<rect x="6.5" y="5" width="4" height="14" rx="1"/><rect x="13.5" y="5" width="4" height="14" rx="1"/>',
  volume:
    '<path d="M4 9.5v5h3.2l4.3 3.6a.6.6 0 0 0 1-.5V6.4a.6.6 0 0 0-1-.5L7.2 9.5z"/><path class="stroke" d="M15.5 9a4.2 4.2 0 0 1 0 6M17.9 6.6a7.6 7.6 0 0 1 0 10.8"/>',
  muted:
    '<path d="M4 9.5v5h3.2l4.3 3.6a.6.6 0 0 0 1-.5V6.4a.6.6 0 0 0-1-.5L7.2 9.5z"/><path class="stroke" d="m16 9.7 4.6 4.6m0-4.6L16 14.3"/>',
  quality:
    '<path class="stroke" d="M4 7.5h9M19 7.5h1M4 16.5h1M11 16.5h9"/><circle class="stroke" cx="16" cy="7.5" r="2.5"/><circle class="stroke" cx="8" cy="16.5" r="2.5"/>',
  stats: '<path class="stroke" d="M3.5 13h3.6l2.6-7.5 4.4 13 2.8-8 1.2 2.5h2.4"/>',
  pip: '<rect class="stroke" x="3.5" y="5.5" width="17" height="13" rx="2"/><rect x="11.5" y="11.5" width="7" height="5" rx="1"/>',
  expand: '<path class="stroke" d="M4.5 9.5v-5h5M14.5 4.5h5v5M19.5 14.5v5h-5M9.5 19.5h-5v-5"/>',
  shrink: '<path class="stroke" d="M9.5 4.5v5h-5M19.5 9.5h-5v-5M14.5 19.5v-5h5M4.5 14.5h5v5"/>',
  check: '<path class="stroke" d="m5 12.5 4.5 4.5L19 7.5"/>',
  close: '<path class="stroke" d="m6.5 6.5 11 11m0-11-11 11"/>',
  captions:
    '<rect class="stroke" x="3" y="5.5" width="18" height="13" rx="2.5"/><path class="stroke" d="M10 10.4a2.2 2.2 0 1 0 0 3.2M17 10.4a2.2 2.2 0 1 0 0 3.2"/>',
  speed:
    '<path class="stroke" d="M5.2 18a8.5 8.5 0 1 1 13.6 0"/><path class="stroke" d="m12 13.5 3.8-4.3"/><circle cx="12" cy="13.5" r="1.6"/>',
  airplay:
    '<path class="stroke" d="M7 17H5.5A2.5 2.5 0 0 1 3 14.5v-7A2.5 2.5 0 0 1 5.5 5h13A2.5 2.5 0 0 1 21 7.5v7a2.5 2.5 0 0 1-2.5 2.5H17"/><path d="m12 14.5 5 5.5H7z"/>',
  cast: '<path class="stroke" d="M3.5 9V7.5A2 2 0 0 1 5.5 5.5h13a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H14M3.5 12.5a6 6 0 0 1 6 6M3.5 16a2.5 2.5 0 0 1 2.5 2.5"/>',
  sound: '<path class="stroke" d="M4 10.5v3M8 7.5v9M12 4.5v15M16 8.5v7M20 10.5v3"/>',
  keys: '<rect class="stroke" x="3" y="6" width="18" height="12" rx="2"/><path class="stroke" d="M7 10h.01M11 10h.01M15 10h.01M8 14h8"/>',
  // A gate between two posts, and the water that it lets through.
  sluice:
    '<path class="stroke" d="M5 4v16M19 4v16M8.5 4v7M12 4v7M15.5 4v7"/><path class="stroke" d="M8 15.5c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0M8 19.5c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0"/>',
} as const;

export type IconName = keyof typeof ICON_PATHS;
