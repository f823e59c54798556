/** Of everything here: node, edge and control API are released together. As package.json has it. */
export const VERSION = '0.1.0';
/** What the edge tells its version in, at `/time`. */
export const VERSION_HEADER = 'sluice-version';
