import { z } from 'zod';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOSTNAME = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);

/** A name of the DNS, in small letters and without a dot at its end (RFC 1123 §2.1). */
export const Hostname = z
  .string()
  .max(253)
  .regex(HOSTNAME, 'a name such as live.example.com: small letters, no https://, no path, no dot at its end');
