import { AUDIT_ARCH, type FilteredArch, type SystemCall, systemCallNumber, X32_FIRST } from './system-calls.ts';

/** What becomes of a call: it goes through, or fails with an error number. */
export type Verdict = 'allow' | { readonly errno: number };

/** What must be true of one argument, of which the lower 32 bits are looked at: every one that is checked is an int. */
export interface ArgumentCheck {
  readonly index: number;
  /** Only these bits are compared; all when absent. */
  readonly mask?: number;
  readonly anyOf: readonly [number, ...number[]];
}

export interface FilterRule {
  readonly call: SystemCall;
  /** Otherwise the filter's own verdict counts. */
  readonly when?: ArgumentCheck;
  readonly verdict: Verdict;
}

/** Rules are tried in order, so the calls that come most often stand first. */
export interface FilterRules {
  readonly rules: readonly FilterRule[];
  /** Of all other calls. */
  readonly otherwise: Verdict;
}

/** linux/filter.h, linux/bpf_common.h: the instructions that are needed. */
const LOAD_WORD = 0x20;
const AND = 0x54;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const RETURN = 0x06;
/** linux/seccomp.h: `struct seccomp_data` and the filter's answers. */
const DATA = { number: 0, arch: 4, arguments: 16, argumentBytes: 8 } as const;
const ANSWER = { killProcess: 0x8000_0000, errno: 0x0005_0000, allow: 0x7fff_0000 } as const;
const INSTRUCTION_BYTES = 8;
/** linux/bpf_common.h, BPF_MAXINSNS. */
const INSTRUCTIONS_MAX = 4_096;

interface Instruction {
  readonly code: number;
  readonly ifTrue?: number;
  readonly ifFalse?: number;
  readonly value: number;
}

/**
 * The rules as a program of classic BPF, which the kernel runs at each system call (seccomp(2), "Seccomp filters"). A
 * call by another processor's numbering ends the process: nothing of ours makes one.
 */
export function filterProgram({ rules, otherwise }: FilterRules, arch: FilteredArch): Uint8Array {
  const instructions: Instruction[] = [
    { code: LOAD_WORD, value: DATA.arch },
    { code: JUMP_IF_EQUAL, ifTrue: 1, value: AUDIT_ARCH[arch] },
    { code: RETURN, value: ANSWER.killProcess },
    { code: LOAD_WORD, value: DATA.number },
    ...(arch === 'x64'
      ? [
          { code: JUMP_IF_AT_LEAST, ifFalse: 1, value: X32_FIRST },
          { code: RETURN, value: ANSWER.killProcess },
        ]
      : []),
    ...rules.flatMap((rule) => ruleInstructions(rule, otherwise, arch)),
    { code: RETURN, value: answerOf(otherwise) },
  ];
  return encoded(instructions);
}

/** Each ends in an answer or goes on behind itself, where the number is still loaded. */
function ruleInstructions({ call, when, verdict }: FilterRule, otherwise: Verdict, arch: FilteredArch): Instruction[] {
  const number = systemCallNumber(call, arch);
  if (number === undefined) return [];
  const body = [
    ...(when === undefined ? [] : checkInstructions(when, otherwise)),
    { code: RETURN, value: answerOf(verdict) },
  ];
  return [{ code: JUMP_IF_EQUAL, ifFalse: body.length, value: number }, ...body];
}

/** Goes on behind itself where the check holds. */
function checkInstructions({ index, mask, anyOf }: ArgumentCheck, otherwise: Verdict): Instruction[] {
  return [
    { code: LOAD_WORD, value: DATA.arguments + index * DATA.argumentBytes },
    ...(mask === undefined ? [] : [{ code: AND, value: mask }]),
    ...anyOf.map((value, at) => ({ code: JUMP_IF_EQUAL, ifTrue: anyOf.length - at, value })),
    { code: RETURN, value: answerOf(otherwise) },
  ];
}

function answerOf(verdict: Verdict): number {
  return verdict === 'allow' ? ANSWER.allow : ANSWER.errno | verdict.errno;
}

/** Both processors are little-endian. */
function encoded(instructions: readonly Instruction[]): Uint8Array {
  if (instructions.length > INSTRUCTIONS_MAX) throw new RangeError('the filter is too long');
  const view = new DataView(new ArrayBuffer(instructions.length * INSTRUCTION_BYTES));
  for (const [at, { code, ifTrue = 0, ifFalse = 0, value }] of instructions.entries()) {
    view.setUint16(at * INSTRUCTION_BYTES, code, true);
    view.setUint8(at * INSTRUCTION_BYTES + 2, ifTrue);
    view.setUint8(at * INSTRUCTION_BYTES + 3, ifFalse);
    view.setUint32(at * INSTRUCTION_BYTES + 4, value >>> 0, true);
  }
  return new Uint8Array(view.buffer);
}
