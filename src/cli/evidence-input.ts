import { readFileSync, statSync } from 'node:fs';
import { NoteFormatError } from '../audit/note/note-format-error.ts';
import { type NoteKey, parseVkey } from '../audit/note/note-key.ts';
import { MAX_POLICY_BYTES, parseWitnessPolicy } from '../audit/note/parse-witness-policy.ts';
import { type WitnessPolicy } from '../audit/note/witness-policy.ts';
import { UsageError } from './command-error.ts';

const MAX_KEY_FILE = 64 * 1024;

/**
 * The bytes of a file that a person named.
 * @throws UsageError when it cannot be read or is larger than `maxBytes`
 */
export function readInput(file: string, maxBytes: number): Buffer {
  if (sizeOf(file) > maxBytes) throw new UsageError(tooLarge(file));
  try {
    return readFileSync(file);
  } catch {
    throw new UsageError(unreadable(file));
  }
}

function sizeOf(file: string): number {
  try {
    const status = statSync(file);
    if (status.isFile()) return status.size;
  } catch {
    // Told below, as for a folder.
  }
  throw new UsageError(unreadable(file));
}

/**
 * Keys as they are given on the command line: a verifier key itself, or a file of them, one a line; empty lines and lines
 * that begin with # do not count.
 * @throws UsageError when a key is malformed or a file cannot be read
 */
export function readKeys(given: readonly string[]): NoteKey[] {
  return given.flatMap((item) => {
    const key = keyOf(item);
    return key === undefined ? readKeyFile(item) : [key];
  });
}

function keyOf(text: string): NoteKey | undefined {
  try {
    return parseVkey(text);
  } catch (thrown) {
    // Whatever begins as a name and an id was meant as a key: its fault is worth telling.
    if (thrown instanceof NoteFormatError && !/\+[0-9a-fA-F]{8}\+/.test(text)) return undefined;
    throw thrown instanceof NoteFormatError ? new UsageError(thrown.messages) : thrown;
  }
}

function readKeyFile(file: string): NoteKey[] {
  const lines = readInput(file, MAX_KEY_FILE).toString('utf8').split('\n');
  const keys = lines.flatMap((line, place) => {
    const text = line.trim();
    return text === '' || text.startsWith('#') ? [] : [keyOfLine(text, `${file}:${String(place + 1)}`)];
  });
  if (keys.length === 0) throw new UsageError(noKeys(file));
  return keys;
}

function keyOfLine(text: string, place: string): NoteKey {
  try {
    return parseVkey(text);
  } catch (thrown) {
    if (!(thrown instanceof NoteFormatError)) throw thrown;
    const { tr, en } = thrown.messages;
    throw new UsageError({ tr: `${place}: ${tr}`, en: `${place}: ${en}` });
  }
}

/** @throws UsageError when the file cannot be read, FaultsError with every fault in it */
export function readPolicy(file: string): WitnessPolicy {
  return parseWitnessPolicy(readInput(file, MAX_POLICY_BYTES).toString('utf8'), file);
}

function unreadable(file: string): { tr: string; en: string } {
  return {
    tr: `${file} dosyası okunamıyor. Yolu ve dosya iznini denetleyin.`,
    en: `The file ${file} cannot be read. Check its path and permissions.`,
  };
}

function tooLarge(file: string): { tr: string; en: string } {
  return {
    tr: `${file} dosyası burada beklenenden büyük. Doğru dosyayı verin.`,
    en: `The file ${file} is larger than what is expected here. Give the right file.`,
  };
}

function noKeys(file: string): { tr: string; en: string } {
  return {
    tr: `${file} dosyasında doğrulama anahtarı yok. Her satıra bir anahtar yazın.`,
    en: `The file ${file} holds no verifier key. Write one key a line.`,
  };
}
