import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { filesUnder, textOf } from '../support/repository.ts';

/** Exported declarations of a file that no docstring stands before. */
function undocumented(file: string): string[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2023, true);
  return source.statements
    .filter(
      (statement) => isExported(statement) && !isReExport(statement) && !hasDocstring(source, statement),
    )
    .map((statement) => `${file}: ${statement.getText(source).split('\n')[0] ?? ''}`);
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function isReExport(statement: ts.Statement): boolean {
  return ts.isExportDeclaration(statement);
}

function hasDocstring(source: ts.SourceFile, statement: ts.Statement): boolean {
  const comments = ts.getLeadingCommentRanges(source.text, statement.getFullStart()) ?? [];
  return comments.some(({ pos }) => source.text.startsWith('/**', pos));
}

describe('docstrings', () => {
  test.each(['agreement', 'gateway', 'audit'])('stand before every export of src/%s', (folder) => {
    const files = filesUnder(`src/${folder}`, '.ts');
    expect(files.length).toBeGreaterThan(3);
    expect(files.flatMap(undocumented)).toEqual([]);
  });
});
