import { existsSync } from 'node:fs';

/** A Chromium to start, and what its environment must have besides our own. */
export interface ChromiumProgram {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The system's own come first: they are kept up to date, and need nothing unpacked. */
const SYSTEM_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
] as const;

/** What tells @sparticuz/chromium to unpack the shared libraries that a bare machine lacks. */
const UNPACK_LIBRARIES = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' } as const;
/** What that package sets in our own environment; it is meant for the browser alone. */
const BROWSER_VARIABLES = ['LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME'] as const;

/** CHROME_PATH, or the system's Chromium, or the one from npm. */
export async function findChromium(): Promise<ChromiumProgram> {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== '') return { path: named, environment: {} };
  const systems = SYSTEM_PATHS.find((path) => existsSync(path));
  if (systems !== undefined) return { path: systems, environment: {} };
  return await unpackChromium();
}

async function unpackChromium(): Promise<ChromiumProgram> {
  const before = { ...process.env };
  Object.assign(process.env, UNPACK_LIBRARIES);
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    const path = await chromium.executablePath();
    return { path, environment: browserEnvironment() };
  } finally {
    // Its libraries in LD_LIBRARY_PATH would break whatever else this process starts.
    for (const name of [...BROWSER_VARIABLES, ...Object.keys(UNPACK_LIBRARIES)]) restore(name, before[name]);
  }
}

function browserEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of BROWSER_VARIABLES) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
