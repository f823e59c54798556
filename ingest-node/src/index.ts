export { IngestNode } from './node.ts';
export { readSettings, type Settings, SettingsError } from './settings.ts';
