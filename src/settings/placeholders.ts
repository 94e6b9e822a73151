import { resolve } from 'node:path';
import { z } from 'zod';

const KNOWN = /\{(data|certs|protocols|logs)\}/g;

/** Whether the text holds braces that stand for no folder. */
export function unknownPlaceholder(text: string): boolean {
  return /[{}]/.test(text.replace(KNOWN, ''));
}

/** A file's path; `{data}`, `{certs}`, `{protocols}` and `{logs}` stand for these folders. */
export const path = z
  .string()
  .min(1)
  .refine((text) => !unknownPlaceholder(text), {
    params: {
      message: { tr: 'bilinmeyen bir klasör adı {…}', en: 'an unknown folder name in {…}' },
      remedy: {
        tr: '{data}, {certs}, {protocols} veya {logs} kullanın.',
        en: 'Use {data}, {certs}, {protocols} or {logs}.',
      },
    },
  });

export interface Folders {
  readonly data: string;
  readonly certs: string;
  readonly protocols: string;
  readonly logs: string;
}

/** Absolute path of a text that may hold placeholders; relative ones stand on the project's root. */
export function expandPath(text: string, folders: Folders, root: string): string {
  return resolve(
    root,
    text.replace(KNOWN, (_, name: keyof Folders) => folders[name]),
  );
}

/** The same for `sqlite:<file>`. */
export function expandUrl(url: string, folders: Folders, root: string): string {
  return `sqlite:${expandPath(url.slice('sqlite:'.length), folders, root)}`;
}
