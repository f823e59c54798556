export { type AppParts, createApp } from './app.ts';
export { type ControlParts, createControl } from './control.ts';
export type { Jwks, PublicJwk } from './ingest/signing-key.ts';
export { type Control, type ControlOptions, startControl } from './local.ts';
export type { Seed } from './seed.ts';
