import { z } from 'zod';

/** At least two labels, the last of letters at both ends; none ends with a dot. */
const HOSTNAME = /^(?=.{4,})([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** A name of the DNS, in small letters and without a dot at its end (RFC 1123 §2.1). */
export const Hostname = z
  .string()
  .max(253)
  .regex(
    HOSTNAME,
    'a name such as live.example.com: small letters, no https://, no path, no dot at its end; this is no name of a host',
  );
