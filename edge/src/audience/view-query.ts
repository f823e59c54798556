/**
 * Stands in the query of a broadcast's own MPD where somebody begins with it, who would otherwise be somebody who goes on.
 * Our page does: it wants this broadcast and no later one. No answer differs by it.
 */
export const BEGINS = 'begins';
