/** What workerd has of Node's zlib and is used here. All of Node's types would bring globals that are not there. */
declare module 'node:zlib' {
  export function gzipSync(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
}
