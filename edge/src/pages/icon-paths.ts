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
  keys: '<rect class="stroke" x="3" y="6" width="18" height="12" rx="2"/><path class="stroke" d="M7 10h.01M11 10h.01M15 10h.01M8 14h8"/>',
  add: '<path class="stroke" d="M12 5.5v13M5.5 12h13"/>',
  back: '<path class="stroke" d="M19 12H5.5m5.5 5.5L5.5 12 11 6.5"/>',
  forward: '<path class="stroke" d="m9.5 6 6 6-6 6"/>',
  copy: '<rect class="stroke" x="8.5" y="8.5" width="11" height="11" rx="2"/><path class="stroke" d="M15.5 8.5v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2"/>',
  show: '<path class="stroke" d="M2.8 12S6 5.8 12 5.8 21.2 12 21.2 12 18 18.2 12 18.2 2.8 12 2.8 12z"/><circle class="stroke" cx="12" cy="12" r="2.7"/>',
  hide: '<path class="stroke" d="M9.9 6.1q1-.3 2.1-.3c6 0 9.2 6.2 9.2 6.2a15 15 0 0 1-2.6 3.4M6.2 7.6A14.6 14.6 0 0 0 2.8 12s3.2 6.2 9.2 6.200c1.7 0 3.2-.5 4.5-1.200M4 4l16 16"/>',
  warning: '<path class="stroke" d="M12 4.5 3.5 19h17z"/><path class="stroke" d="M12 10v4M12 16.500v.01"/>',
  good: '<circle class="stroke" cx="12" cy="12" r="8.5"/><path class="stroke" d="m8.5 12.3 2.5 2.5 4.7-5.3"/>',
  lock: '<rect class="stroke" x="5.5" y="10.5" width="13" height="9.5" rx="2"/><path class="stroke" d="M8.5 10.500V8a3.5 3.5 0 0 1 7 0v2.5"/>',
  people:
    '<circle class="stroke" cx="9" cy="8.5" r="3.2"/><path class="stroke" d="M3 19c.4-3.3 2.7-5 6-5s5.6 1.7 6 5M15.5 5.600a3.2 3.2 0 0 1 0 5.800M17.5 14.400c2 .7 3.2 2.3 3.5 4.6"/>',
  search: '<circle class="stroke" cx="10.8" cy="10.8" r="6"/><path class="stroke" d="m15.3 15.3 4.7 4.7"/>',
  leave: '<path class="stroke" d="M10 4.500H6.500a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2H10M14.5 8l4.5 4-4.5 4M18.5 12H10"/>',
  gear: '<circle class="stroke" cx="12" cy="12" r="3"/><path class="stroke" d="M12 3.500v2.800M12 17.700v2.800M3.5 12h2.800M17.7 12h2.800M6 6l2 2M16 16l2 2M6 18l2-2M16 8l2-2"/>',
  plug: '<path class="stroke" d="M9 3.500V8M15 3.500V8M6.5 8h11v3a5.5 5.5 0 0 1-11 0zM12 16.500v4"/>',
  broadcast:
    '<circle cx="12" cy="12" r="2"/><path class="stroke" d="M8.2 15.800a5.4 5.4 0 0 1 0-7.600M15.8 8.200a5.4 5.4 0 0 1 0 7.600M5.5 18.500a9.2 9.2 0 0 1 0-13M18.5 5.500a9.2 9.2 0 0 1 0 13"/>',
  'theme-light':
    '<circle class="stroke" cx="12" cy="12" r="3.7"/><path class="stroke" d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.400M5.6 18.4 7 17M17 7l1.4-1.4"/>',
  'theme-dark': '<path class="stroke" d="M19.5 14.200A8 8 0 0 1 9.8 4.500a8 8 0 1 0 9.7 9.700z"/>',
  'theme-system': '<circle class="stroke" cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z"/>',
  // A gate between two posts, and the water that it lets through.
  sluice:
    '<path class="stroke" d="M5 4v16M19 4v16M8.5 4v7M12 4v7M15.5 4v7"/><path class="stroke" d="M8 15.5c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0M8 19.5c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0"/>',
} as const;

export type IconName = keyof typeof ICON_PATHS;
