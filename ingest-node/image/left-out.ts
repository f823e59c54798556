/**
 * Dependencies that are installed and never loaded: the ingest node uses `node-av/lib` and `node-av/constants` alone. Its
 * `api` and `webrtc` want werift, with some forty packages behind it; its installer wants unzipper.
 */
export const LEFT_OUT_DEPENDENCIES: ReadonlySet<string> = new Set(['node-av>werift', 'node-av>unzipper']);

/** Of these packages, what is behind these paths is never loaded. */
const LEFT_OUT_PATHS: Readonly<Record<string, readonly string[]>> = {
  'node-av': ['dist/api/', 'dist/webrtc/', 'dist/ffmpeg/', 'dist/index.js', 'install/', 'build_mac_local.sh'],
  // Its C++ source, for whoever has no binary.
  koffi: ['vendor/', 'doc/', 'lib/', 'cnoke.cjs', 'src/koffi/CMakeLists.txt'],
};

/** The texts that a licence asks to be handed on. */
const LICENCE_TEXT = /^(licen[cs]e|copying|notice|copyright|patents)/i;
/** TypeScript among packages is for compilers: Node strips no types there. */
const FOR_COMPILERS = /\.([cm]?ts|map|flow|tsbuildinfo)$/;
const FOR_C_COMPILERS = /\.(cc|hh|h|inc|def|s|asm)$/i;
const FOR_READERS = /\.(md|markdown)$/i;
/** Folders, and files without an ending, that packages ship for those who work on them. */
const FOR_THEIR_AUTHORS =
  /^(tests?|__tests__|fixtures?|examples?|benchmarks?|docs?|\.github|Makefile$|karma\.conf\.js$)(\/|$)/;
/** The image has glibc. */
const FOR_OTHER_LIBRARIES = /^musl_/;
/** The AWS SDK ships everything three times; Node takes what `main` names. */
const SAME_FOR_BUNDLERS = /^dist-(es|types)\//;

/** Whether a file of an npm package stays out of the image. `path` is from the package's directory, with slashes. */
export function isLeftOut(path: string, { name, main }: { readonly name: string; readonly main: string }): boolean {
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  if (LICENCE_TEXT.test(fileName) && !fileName.endsWith('.js')) return false;
  if (LEFT_OUT_PATHS[name]?.some((start) => path.startsWith(start))) return true;
  if (main.includes('dist-cjs/') && SAME_FOR_BUNDLERS.test(path)) return true;
  return [FOR_COMPILERS, FOR_C_COMPILERS, FOR_READERS, FOR_THEIR_AUTHORS, FOR_OTHER_LIBRARIES].some((rule) =>
    rule.test(path),
  );
}
