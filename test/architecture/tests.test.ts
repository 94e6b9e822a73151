import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { filesUnder, textOf } from '../support/repository.ts';

const files = filesUnder('test', '.ts');

interface Call {
  readonly place: string;
  /** What is called, e.g. `test.skip`. */
  readonly name: string;
  readonly node: ts.CallExpression;
}

function callsOf(file: string): Call[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2023, true);
  const calls: Call[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const line = String(source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1);
      calls.push({ place: `${file}:${line}`, name: node.expression.getText(source), node });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

const calls = files.flatMap(callsOf);
const places = (fits: (call: Call) => boolean): string[] =>
  calls.filter(fits).map(({ place, name }) => `${place} ${name}`);

describe('tests', () => {
  test('are never skipped, never alone, never put off', () => {
    const banned =
      /^(test|it|describe)(\.\w+)*\.(skip|only|todo|failing)\b|^(xtest|xit|xdescribe|fit|fdescribe)$/;
    expect(places(({ name }) => banned.test(name))).toEqual([]);
  });

  test('mock no module', () => {
    expect(places(({ name }) => /^jest\.(mock|doMock|unstable_mockModule|setMock)$/.test(name))).toEqual([]);
  });

  test('compare with no snapshot', () => {
    expect(places(({ name }) => /\.toMatch(Inline)?Snapshot$/.test(name))).toEqual([]);
  });

  test('each hold something that can fail', () => {
    const empty = calls.filter(({ name, node }) => {
      if (!/^(test|it)(\.each\b.*)?$/s.test(name)) return false;
      const body = node.arguments.at(-1);
      if (body === undefined || !(ts.isArrowFunction(body) || ts.isFunctionExpression(body))) return false;
      return !/\bexpect|assert|prove|\bfc\.|verify|check[A-Z(]|throw new/.test(body.getText());
    });
    expect(empty.map(({ place }) => place)).toEqual([]);
  });

  test('stand in folders that jest runs', () => {
    const outside = files.filter(
      (file) =>
        file.endsWith('.test.ts') && !/^test\/(unit|property|architecture|integration|scenario)\//.test(file),
    );
    expect(outside).toEqual([]);
  });
});
