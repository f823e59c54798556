/**
 * Becomes another Node program, from whose start on io_uring is not there: `node OPTION… launch.ts PROGRAM` goes on as
 * `node OPTION… PROGRAM` in this very process, with the same pipes. Where that cannot be done it runs the program all
 * the same, which finds out what is missing when it wants to be confined.
 */
import { pathToFileURL } from 'node:url';
import { BEFORE_LOADING } from './child-rules.ts';
import { filterProgram } from './filter-program.ts';
import { filteredArch } from './filtered-arch.ts';

/** A child's pipes beside the usual three. */
const PIPES = [3, 4];

const [program = ''] = process.argv.slice(2);
const command = [process.execPath, ...process.execArgv, program];
if (await isPrepared()) process.execve?.(process.execPath, command, process.env);
await import(pathToFileURL(program).href);

async function isPrepared(): Promise<boolean> {
  const arch = filteredArch();
  if (arch === undefined) return false;
  try {
    const { Kernel } = await import('./kernel.ts');
    const kernel = new Kernel(arch);
    for (const pipe of PIPES) kernel.keepOverExec(pipe);
    // An exec leaves only the thread that calls it.
    kernel.filter(filterProgram(BEFORE_LOADING, arch), 'this-thread');
    return true;
  } catch {
    return false;
  }
}
