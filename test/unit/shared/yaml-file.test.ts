import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Fault } from '../../../src/shared/fault.ts';
import { type ValueRule } from '../../../src/shared/issue-sentences.ts';
import { parseYaml, schemaFaults } from '../../../src/shared/yaml-file.ts';

function faultsOf(text: string, schema: z.ZodType): Fault[] {
  const yaml = parseYaml('a.yaml', text);
  const parsed = schema.safeParse(yaml.content);
  return parsed.success ? [] : schemaFaults(yaml, parsed.error, 'THING');
}

describe('parsing a YAML file', () => {
  test('gives its content as plain values', () => {
    const yaml = parseYaml('a.yaml', 'a: 1\nb: [x, null, true]\nc: 2024-02-30\nd: yes\n');
    expect(yaml.faults).toEqual([]);
    expect(yaml.content).toEqual({ a: 1, b: ['x', null, true], c: '2024-02-30', d: 'yes' });
  });

  test('keeps a key that would reach the prototype an ordinary key', () => {
    const { content } = parseYaml('a.yaml', '__proto__: {admin: true}\n');
    expect(Object.keys(content as object)).toEqual(['__proto__']);
    expect((content as { admin?: boolean }).admin).toBeUndefined();
  });

  test.each([
    ['an open bracket', 'a: [1', 1],
    ['a tab as indentation', 'a:\n\tb: 1', 2],
    ['a second colon on a line', 'x: 1\na: b: c', 2],
    ['a key twice', 'a: 1\nb: 2\na: 3', 3],
    ['a key twice far down', 'z:\n  a: 1\n  a: 2', 3],
    ['a key that is no text', '? [a]\n: b', 1],
    ['a second document', 'a: 1\n---\nb: 2', 2],
    ['a directive that changes the language', '%YAML 1.1\n---\na: yes', 1],
    ['a directive that is not known', '%FOO\n---\na: yes', 1],
    ['a tag', 'a: 1\nb: !secret x', 2],
    ['a tag of the YAML library', 'a: !!set {x}', 1],
    ['an alias', 'a: &x 1\nb: *x', 1],
    ['an alias without its anchor', 'a: *x', 1],
    ['an unfinished quote', 'a: "x', 1],
  ])('refuses %s with its line', (_what, text, line) => {
    const { faults } = parseYaml('a.yaml', text);
    expect(faults.map((fault) => [fault.code, fault.file, fault.line])).toContainEqual([
      'YAML_INVALID',
      'a.yaml',
      line,
    ]);
  });

  test.each([
    ['an open bracket', 'a: [1'],
    ['a second document', 'a: 1\n---\nb: 2'],
    ['an alias', 'a: &x 1\nb: *x'],
  ])('gives no content for %s', (_what, text) => {
    expect(parseYaml('a.yaml', text).content).toBeUndefined();
  });

  test('still gives the content of a file whose only fault is a key twice, to look for more', () => {
    const { content, faults } = parseYaml('a.yaml', 'a: 1\nb: 2\na: 3');
    expect(content).toEqual({ a: 3, b: 2 });
    expect(faults).toHaveLength(1);
  });

  test('refuses a file above 1 MiB unread, counted in bytes', () => {
    const { content, faults } = parseYaml('a.yaml', `a: ${'ş'.repeat(600_000)}`);
    expect(content).toBeUndefined();
    expect(faults[0]?.message.en).toContain('1 MiB');
  });

  test.each([
    ['brackets', '['.repeat(100_000)],
    ['list items on one line', `${'- '.repeat(100_000)}a`],
    ['braces', '{a: '.repeat(50_000)],
    ['closed brackets', `a: ${'['.repeat(65)}${']'.repeat(65)}`],
  ])('answers a text that nests too deeply in %s with one fault', (_what, text) => {
    const { content, faults } = parseYaml('a.yaml', text);
    expect(content).toBeUndefined();
    expect(faults).toMatchObject([
      { code: 'YAML_INVALID', message: { en: 'the structure is nested too deeply' } },
    ]);
  });

  test('reads brackets inside a text as text', () => {
    const text = '['.repeat(1_000);
    expect(parseYaml('a.yaml', `a: "${text}"`).content).toEqual({ a: text });
  });

  test('says what is wrong in Turkish and in English, without the words of the parser', () => {
    const [fault] = parseYaml('a.yaml', 'a: 1\na: 2').faults;
    expect(fault?.message).toEqual({
      tr: 'aynı anahtar iki kez yazılmış',
      en: 'the same key is written twice',
    });
    expect(fault?.remedy).toEqual({
      tr: 'Bu satırdaki yazımı düzeltin.',
      en: 'Correct the syntax on this line.',
    });
  });

  test('never repeats the text of the file, which may hold a secret', () => {
    const { faults } = parseYaml('a.yaml', 'password: "hunter2\nurl: postgres://hunter2@x: y');
    expect(faults.length).toBeGreaterThan(0);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });
});

describe('the line of a path', () => {
  const yaml = parseYaml('a.yaml', 'a: 1\nb:\n  - x: 1\n    y: 2\n  -\n    x: 3\nc:\n  d:\n    e: 1\n');

  test.each<[path: (string | number)[], line: number]>([
    [['a'], 1],
    [['b'], 2],
    [['b', 0, 'y'], 4],
    [['b', 1, 'x'], 6],
    [['c'], 7],
    [['c', 'd', 'e'], 9],
    [['c', 'd', 'missing'], 8],
    [['c', 'missing', 'deeper'], 7],
    [['missing'], 1],
    [[], 1],
  ])('of %p is that of the key, or of the nearest parent: %p', (path, line) => {
    expect(yaml.lineOf(path)).toBe(line);
  });

  test('is the first for an empty file', () => {
    expect(parseYaml('a.yaml', '').lineOf(['a'])).toBe(1);
  });
});

describe('faults of a schema', () => {
  const schema = z.strictObject({
    name: z.string().min(2).max(4),
    port: z.number().int().min(1).max(9),
    size: z.number().gt(0).lt(5),
    mode: z.enum(['one', 'two']),
    list: z.array(z.strictObject({ on: z.boolean() })).max(2),
  });
  const good = 'name: abc\nport: 3\nsize: 1\nmode: one\nlist: []\n';

  test('are none for a valid file', () => {
    expect(faultsOf(good, schema)).toEqual([]);
  });

  test('name every missing key, unknown key and wrong value at once, each at its line', () => {
    const text = 'name: a\nport: 3.5\nsiez: 1\nmode: three\nlist:\n  - on: yes\n    off: 1\n  - {}\n';
    expect(faultsOf(text, schema).map(({ code, key, line }) => [code, key, line])).toEqual(
      expect.arrayContaining([
        ['THING_VALUE_INVALID', 'name', 1],
        ['THING_VALUE_INVALID', 'port', 2],
        ['THING_KEY_UNKNOWN', 'siez', 3],
        ['THING_KEY_MISSING', 'size', 1],
        ['THING_VALUE_INVALID', 'mode', 4],
        ['THING_VALUE_INVALID', 'list.0.on', 6],
        ['THING_KEY_UNKNOWN', 'list.0.off', 7],
        ['THING_KEY_MISSING', 'list.1.on', 8],
      ]),
    );
    expect(faultsOf(text, schema)).toHaveLength(8);
  });

  test('tell a key without a value from a key that is missing', () => {
    const [fault] = faultsOf(good.replace('abc', ''), schema);
    expect(fault).toMatchObject({
      code: 'THING_VALUE_INVALID',
      key: 'name',
      message: { en: 'expected text' },
    });
  });

  test.each([
    ['name: a', 'en az 2 karakter olmalı', 'must have at least 2 characters'],
    ['name: abcde', 'en çok 4 karakter olmalı', 'must have at most 4 characters'],
    ['name: 5', 'metin bekleniyor', 'expected text'],
    ['port: 0', 'sayı en az 1 olmalı', 'the number must be at least 1'],
    ['port: 10', 'sayı en çok 9 olmalı', 'the number must be at most 9'],
    ['port: 1.5', 'tam sayı bekleniyor', 'expected a whole number'],
    ['port: "1"', 'sayı bekleniyor', 'expected a number'],
    ['size: 0', 'sayı 0 sayısından büyük olmalı', 'the number must be greater than 0'],
    ['size: 5', 'sayı 5 sayısından küçük olmalı', 'the number must be less than 5'],
    ['mode: three', 'izin verilen değerler: one, two', 'allowed values: one, two'],
    ['list: x', 'liste bekleniyor', 'expected a list'],
    ['list: [{on: true}, {on: true}, {on: true}]', 'en çok 2 öğe olmalı', 'must have at most 2 items'],
    ['list: [x]', 'anahtarlı blok bekleniyor', 'expected a block of keys'],
    ['list: [{on: 1}]', 'true ya da false bekleniyor', 'expected true or false'],
  ])('for %s speak Turkish (%s) and English (%s)', (line, tr, en) => {
    const key = line.slice(0, line.indexOf(':'));
    const text = good.replace(new RegExp(`^${key}:.*$`, 'm'), line);
    expect(faultsOf(text, schema).map((fault) => fault.message)).toEqual([{ tr, en }]);
  });

  test('of a rule of our own carry its code and sentences', () => {
    const rule: ValueRule = {
      code: 'TOO_ODD',
      message: { tr: 'sayı tek', en: 'the number is odd' },
      remedy: { tr: 'Çift sayı yazın.', en: 'Write an even number.' },
    };
    const even = z.strictObject({ n: z.number().refine((n) => n % 2 === 0, { params: { ...rule } }) });
    expect(faultsOf('n: 3', even)).toEqual([
      {
        code: 'THING_TOO_ODD',
        file: 'a.yaml',
        line: 1,
        key: 'n',
        message: rule.message,
        remedy: rule.remedy,
      },
    ]);
  });

  test('never repeat a value, which may be a secret', () => {
    const faults = faultsOf(good.replace('abc', 'hunter2').replace('one', 'hunter2'), schema);
    expect(faults).toHaveLength(2);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  test('of an empty file are one: a block is expected', () => {
    expect(faultsOf('', schema)).toMatchObject([{ code: 'THING_VALUE_INVALID', key: '', line: 1 }]);
  });
});
