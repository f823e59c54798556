/** What edge/vitest.storage.ts provides. */
declare module 'vitest' {
  interface ProvidedContext {
    s3: {
      readonly endpoint: string;
      readonly bucket: string;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
    };
    /** An S3 server that misbehaves as its keys say. */
    unrulyS3: string;
  }
}

export {};
