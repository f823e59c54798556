import type { ApiProblem } from './api-problem.ts';

/** What a person can do about a problem, where its own sentence does not say. By code. */
const ADVICE: Readonly<Record<string, string>> = {
  unreachable: 'Check your network. The console goes on by itself once it is back.',
  'too-slow': 'It may have too much to do. What is live goes on meanwhile.',
  'control-unreachable': 'What is live goes on; nothing can be changed until it is back.',
  'control-silent': 'What is live goes on; nothing can be changed until it is back.',
  'control-busy': 'Wait a moment.',
  'control-not-set': 'Whoever runs this system has to name it (CONTROL_URL).',
  'scope-missing': 'Sign in with an API token that has the scope for it.',
  'too-many-requests': 'Wait a moment.',
  'internal-error': 'Its log says why.',
};

/** One more sentence, or nothing. */
export function adviceOn({ code }: ApiProblem): string | undefined {
  return ADVICE[code];
}
