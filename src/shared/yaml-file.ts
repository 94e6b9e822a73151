import { Composer, type Document, isMap, isNode, isScalar, isSeq, LineCounter, Parser } from 'yaml';
import { type z } from 'zod';
import { type Fault } from './fault.ts';
import { issueRule } from './issue-sentences.ts';
import { type Sentence } from './problem.ts';
import { nestsDeeperThan } from './yaml-depth.ts';
import { YAML_SENTENCES } from './yaml-sentences.ts';

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;
const STRICT = {
  logLevel: 'error',
  resolveKnownTags: false,
  strict: true,
  stringKeys: true,
  uniqueKeys: true,
  version: '1.2',
} as const;

/** A YAML text with the line of every key at hand. */
export interface YamlFile {
  readonly file: string;
  /**
   * What the text says; undefined where it cannot be read. Where `faults` is not empty it serves only to look for
   * more faults, so that one report holds them all.
   */
  readonly content: unknown;
  readonly faults: readonly Fault[];
  /** 1-based line of the key or list item at the path, or of its nearest parent that exists. */
  lineOf(path: readonly PropertyKey[]): number;
}

/**
 * Parses YAML 1.2 (core schema) strictly. Faults, each with its line: syntax, duplicate keys, keys that are no text,
 * several documents, directives, tags and aliases (the same text would mean different things to different readers).
 */
export function parseYaml(file: string, text: string): YamlFile {
  if (Buffer.byteLength(text, 'utf8') > MAX_BYTES) return unread(file, TOO_LARGE);
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  if (nestsDeeperThan(MAX_DEPTH, tokens)) return unread(file, YAML_SENTENCES.RESOURCE_EXHAUSTION);
  const composer = new Composer(STRICT);
  // Composed to its end, even an empty text is one document.
  const [document, second] = [...composer.compose(tokens, true, text.length)] as [
    Document.Parsed,
    ...Document.Parsed[],
  ];
  const problems = [...document.errors, ...document.warnings];
  const faults = problems.map((problem) =>
    syntaxFault(file, Math.max(1, lines.linePos(problem.pos[0]).line), YAML_SENTENCES[problem.code]),
  );
  if (second !== undefined)
    faults.push(syntaxFault(file, lines.linePos(second.range[0]).line, YAML_SENTENCES.MULTIPLE_DOCS));
  if (document.directives.yaml.explicit === true)
    faults.push(syntaxFault(file, 1, YAML_SENTENCES.BAD_DIRECTIVE));
  const readable = second === undefined && problems.every(({ code }) => code === 'DUPLICATE_KEY');
  const content = readable ? plain(document) : undefined;
  if (content === ALIASED) faults.push(syntaxFault(file, 1, NO_ALIAS));
  const lineOf = (path: readonly PropertyKey[]): number =>
    Math.max(1, lines.linePos(offsetOf(document, path)).line);
  return { file, content: content === ALIASED ? undefined : content, faults, lineOf };
}

/** Faults of a zod validation, one per issue (unknown keys one each), at their lines. `prefix` begins every code. */
export function schemaFaults(yaml: YamlFile, error: z.ZodError, prefix: string): Fault[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKey(yaml, [...issue.path, key], prefix))
      : [issueFault(yaml, issue, prefix)],
  );
}

function unknownKey(yaml: YamlFile, path: readonly PropertyKey[], prefix: string): Fault {
  return {
    code: `${prefix}_KEY_UNKNOWN`,
    ...place(yaml, path),
    message: { tr: 'bilinmeyen anahtar', en: 'this key is not known' },
    remedy: { tr: 'Anahtarı silin veya yazımını düzeltin.', en: 'Remove the key or correct its spelling.' },
  };
}

function issueFault(yaml: YamlFile, issue: z.core.$ZodIssue, prefix: string): Fault {
  if (isMissing(yaml.content, issue.path)) {
    return {
      code: `${prefix}_KEY_MISSING`,
      ...place(yaml, issue.path),
      message: { tr: 'zorunlu anahtar eksik', en: 'a required key is missing' },
      remedy: { tr: 'Anahtarı değeriyle birlikte ekleyin.', en: 'Add the key with its value.' },
    };
  }
  const { code = 'VALUE_INVALID', message, remedy } = issueRule(issue);
  return { code: `${prefix}_${code}`, ...place(yaml, issue.path), message, remedy };
}

function place(yaml: YamlFile, path: readonly PropertyKey[]): Pick<Fault, 'file' | 'line' | 'key'> {
  return { file: yaml.file, line: yaml.lineOf(path), key: path.map(String).join('.') };
}

/** Whether the last key of the path is absent from its block; a key without a value is there and null. */
function isMissing(content: unknown, path: readonly PropertyKey[]): boolean {
  let value = content;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return false;
    if (!Object.hasOwn(value, key)) return true;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return false;
}

/** A text that is not even parsed. */
function unread(file: string, message: Sentence): YamlFile {
  return { file, content: undefined, faults: [syntaxFault(file, 1, message)], lineOf: () => 1 };
}

const ALIASED = Symbol('aliased');

function plain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch (thrown) {
    if (thrown instanceof ReferenceError) return ALIASED;
    throw thrown;
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const key of path) {
    const found = childOf(node, key);
    if (found === undefined) break;
    ({ node, offset } = found);
  }
  return offset;
}

function childOf(node: unknown, key: PropertyKey): { node: unknown; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
    return isScalar(pair?.key) && pair.key.range
      ? { node: pair.value, offset: pair.key.range[0] }
      : undefined;
  }
  const item: unknown = isSeq(node) ? node.items[Number(key)] : undefined;
  return isNode(item) && item.range ? { node: item, offset: item.range[0] } : undefined;
}

function syntaxFault(file: string, line: number, message: Sentence): Fault {
  const remedy = { tr: 'Bu satırdaki yazımı düzeltin.', en: 'Correct the syntax on this line.' };
  return { code: 'YAML_INVALID', file, line, key: '', message, remedy };
}

const TOO_LARGE: Sentence = { tr: 'dosya 1 MiB sınırını aşıyor', en: 'the file is larger than 1 MiB' };
const NO_ALIAS: Sentence = {
  tr: 'takma ad (*) kullanılamaz; değeri yeniden yazın',
  en: 'aliases (*) cannot be used; write the value again',
};
