/** Stands in the query of a multivariant playlist or an MPD of which only the sound is wanted: it lists no picture. */
export const AUDIO_ONLY = 'audio';
