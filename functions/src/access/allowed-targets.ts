/**
 * Which addresses somebody may have something sent to, be it webhooks or their stream: those of the public internet, or
 * any, where whoever calls the API may reach them anyway: on one machine, in an intranet, in tests.
 */
export type AllowedTargets = 'public' | 'any';
