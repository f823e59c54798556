/** What only the console's pages draw, as ICON_PATHS. */
export const CONSOLE_ICON_PATHS = {
  add: '<path class="stroke" d="M12 5.5v13M5.5 12h13"/>',
  back: '<path class="stroke" d="M19 12H5.5m5.5 5.5L5.5 12 11 6.5"/>',
  forward: '<path class="stroke" d="m9.5 6 6 6-6 6"/>',
  copy: '<rect class="stroke" x="8.5" y="8.5" width="11" height="11" rx="2"/><path class="stroke" d="M15.5 8.5v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2"/>',
  show: '<path class="stroke" d="M2.8 12S6 5.8 12 5.8 21.2 12 21.2 12 18 18.2 12 18.2 2.8 12 2.8 12z"/><circle class="stroke" cx="12" cy="12" r="2.7"/>',
  hide: '<path class="stroke" d="M9.9 6.1q1-.3 2.1-.3c6 0 9.2 6.2 9.2 6.2a15 15 0 0 1-2.6 3.4M6.2 7.6A14.6 14.6 0 0 0 2.8 12s3.2 6.2 9.2 6.2c1.7 0 3.2-.5 4.5-1.2M4 4l16 16"/>',
  warning: '<path class="stroke" d="M12 4.5 3.5 19h17z"/><path class="stroke" d="M12 10v4M12 16.5v.01"/>',
  info: '<circle class="stroke" cx="12" cy="12" r="8.5"/><path class="stroke" d="M12 11v5.5M12 7.7v.01"/>',
  good: '<circle class="stroke" cx="12" cy="12" r="8.5"/><path class="stroke" d="m8.5 12.3 2.5 2.5 4.7-5.3"/>',
  lock: '<rect class="stroke" x="5.5" y="10.5" width="13" height="9.5" rx="2"/><path class="stroke" d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>',
  people:
    '<circle class="stroke" cx="9" cy="8.5" r="3.2"/><path class="stroke" d="M3 19c.4-3.3 2.7-5 6-5s5.6 1.7 6 5M15.5 5.6a3.2 3.2 0 0 1 0 5.8M17.5 14.4c2 .7 3.2 2.3 3.5 4.6"/>',
  search: '<circle class="stroke" cx="10.8" cy="10.8" r="6"/><path class="stroke" d="m15.3 15.3 4.7 4.7"/>',
  leave: '<path class="stroke" d="M10 4.5H6.5a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2H10M14.5 8l4.5 4-4.5 4M18.5 12H10"/>',
  gear: '<circle class="stroke" cx="12" cy="12" r="3"/><path class="stroke" d="M12 3.5v2.8M12 17.7v2.8M3.5 12h2.8M17.7 12h2.8M6 6l2 2M16 16l2 2M6 18l2-2M16 8l2-2"/>',
  plug: '<path class="stroke" d="M9 3.5V8M15 3.5V8M6.5 8h11v3a5.5 5.5 0 0 1-11 0zM12 16.5v4"/>',
  broadcast:
    '<circle cx="12" cy="12" r="2"/><path class="stroke" d="M8.2 15.8a5.4 5.4 0 0 1 0-7.6M15.8 8.2a5.4 5.4 0 0 1 0 7.6M5.5 18.5a9.2 9.2 0 0 1 0-13M18.5 5.5a9.2 9.2 0 0 1 0 13"/>',
  'theme-light':
    '<circle class="stroke" cx="12" cy="12" r="3.7"/><path class="stroke" d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4"/>',
  'theme-dark': '<path class="stroke" d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z"/>',
  'theme-system': '<circle class="stroke" cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z"/>',
  table:
    '<rect class="stroke" x="3.5" y="5" width="17" height="14" rx="2"/><path class="stroke" d="M3.5 10h17M3.5 14.5h17M9.5 10v9"/>',
  scissors:
    '<circle class="stroke" cx="6.5" cy="7" r="2.7"/><circle class="stroke" cx="6.5" cy="17" r="2.7"/><path class="stroke" d="m8.8 8.6 11.2 8M8.8 15.4 20 7.4"/>',
  download: '<path class="stroke" d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14"/>',
  link: '<path class="stroke" d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-.8.8M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l.8-.8"/>',
} as const;
