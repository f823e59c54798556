import { z } from 'zod';

/** GitHub's own rules for the names of owners and repositories; nothing that IAM would read as a pattern. */
const Repository = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/, 'write the repository as owner/name');
const Id = z.string().regex(/^[1-9][0-9]{0,18}$/, 'GitHub’s ids are numbers');
const Name = z.string().regex(/^[A-Za-z0-9._/-]{1,255}$/, 'letters, digits and ._/- only');

const Subject = z.object({
  repository: Repository,
  ids: z.object({ owner: Id, repository: Id }).optional(),
  job: z.union([z.strictObject({ environment: Name }), z.strictObject({ branch: Name })]),
});

/** Which jobs on github.com are meant. */
export interface GithubSubject {
  /** `owner/name`. */
  readonly repository: string;
  /**
   * The numbers that GitHub gave to both. Repositories that were made, renamed or moved after 15 July 2026 have them in
   * their tokens, and older ones that asked for it; all others do not.
   */
  readonly ids?: { readonly owner: string; readonly repository: string };
  /** Jobs of an environment of the repository, whose rules GitHub keeps; or of a branch, and of no environment. */
  readonly job: { readonly environment: string } | { readonly branch: string };
}

/**
 * The `sub` of these jobs' tokens (docs.github.com, OpenID Connect reference; github.blog changelog of 23 April 2026).
 * Throws ZodError.
 */
export function githubSubject(subject: GithubSubject): string {
  const { repository, ids, job } = Subject.parse(subject);
  const [owner = '', name = ''] = repository.split('/');
  const where = ids === undefined ? repository : `${owner}@${ids.owner}/${name}@${ids.repository}`;
  // A colon in a name is written %3A there, and is not taken here.
  return `repo:${where}:${'environment' in job ? `environment:${job.environment}` : `ref:refs/heads/${job.branch}`}`;
}
