import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, FaultsError } from '../shared/fault.ts';
import { type Sentence } from '../shared/problem.ts';
import { type AgreementReading, readAgreement } from './read-agreement.ts';

/** A file with what was read from it. */
export interface AgreementFile extends AgreementReading {
  readonly file: string;
}

/**
 * Reads files of agreements. Where two give the same version of one agreement, the later one is at fault.
 * @param files paths
 * @returns one reading a file, in their order, each with every fault of its file
 */
export function readAgreementFiles(files: readonly string[]): readonly AgreementFile[] {
  const first = new Map<string, string>();
  return files.map((file) => {
    const { agreement, faults } = readFile(file);
    if (agreement === undefined) return { file, agreement, faults };
    const version = `${agreement.id} ${String(agreement.version)}`;
    const other = first.get(version);
    if (other !== undefined)
      return { file, agreement: undefined, faults: [...faults, twice(file, other, version)] };
    first.set(version, file);
    return { file, agreement, faults };
  });
}

/**
 * The files directly in a folder that look like agreements; names that begin with a dot are passed over.
 * @returns at least one path, sorted by name
 * @throws FaultsError when the folder cannot be read or holds none
 */
export function agreementFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /^[^.].*\.ya?ml$/i.test(name));
  } catch {
    throw new FaultsError([fault('FOLDER_UNREADABLE', folder, UNREADABLE)]);
  }
  if (names.length === 0) throw new FaultsError([fault('FOLDER_EMPTY', folder, EMPTY)]);
  return names.sort().map((name) => join(folder, name));
}

function readFile(file: string): AgreementReading {
  // A file that looks like an agreement and is passed over would be a rule that silently does not hold.
  if (!file.endsWith('.yaml')) return { agreement: undefined, faults: [fault('FILE_NAME', file, NAME)] };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch {
    return { agreement: undefined, faults: [fault('FILE_UNREADABLE', file, UNREADABLE)] };
  }
  return readAgreement(file, text);
}

function twice(file: string, other: string, version: string): Fault {
  const message = {
    tr: `${version} sürümü ${other} dosyasında da var`,
    en: `version ${version} also stands in ${other}`,
  };
  const remedy = {
    tr: 'Dosyalardan birini kaldırın ya da sürüm numarasını artırın.',
    en: 'Remove one of the files or raise the version.',
  };
  return { ...fault('VERSION_DUPLICATE', file, { message, remedy }), key: 'version' };
}

interface Words {
  readonly message: Sentence;
  readonly remedy: Sentence;
}

function fault(code: string, file: string, words: Words): Fault {
  return { code: `AGREEMENT_${code}`, file, line: 0, key: '', ...words };
}

const UNREADABLE: Words = {
  message: { tr: 'okunamadı', en: 'could not be read' },
  remedy: {
    tr: 'Var olduğunu, okuma izni bulunduğunu ve metnin UTF-8 olduğunu denetleyin.',
    en: 'Check that it exists, that it may be read and that its text is UTF-8.',
  },
};
const EMPTY: Words = {
  message: { tr: 'klasörde protokol dosyası yok', en: 'the folder holds no agreement file' },
  remedy: { tr: 'En az bir .yaml dosyası koyun.', en: 'Put at least one .yaml file there.' },
};
const NAME: Words = {
  message: { tr: 'dosya adı .yaml ile bitmiyor', en: 'the name of the file does not end with .yaml' },
  remedy: { tr: 'Dosyayı .yaml uzantısıyla adlandırın.', en: 'Rename the file so that it ends with .yaml.' },
};
