import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EVIDENCE, type EvidenceNode, newYearNode, NODE } from '../../support/evidence-node.ts';
import { textOf } from '../../support/repository.ts';

/** The commands of the page under one of its bold words. */
function commandsOf(heading: string): string {
  const section = textOf('docs/verifying.md').split(`**${heading}`)[1] ?? '';
  return [...(section.split('\n**')[0]?.matchAll(/^```\n(.*?)^```/gms) ?? [])]
    .map(([, block]) => block)
    .join('');
}

let node: EvidenceNode;
let folder: string;

beforeAll(async () => {
  node = await newYearNode();
  folder = join(node.place, EVIDENCE, ...`${NODE}/2026`.split('/'));
  cpSync(node.root.file, join(folder, 'tsa-root.pem'));
}, 120_000);
afterAll(async () => node[Symbol.asyncDispose]());

function run(script: string): string {
  return execFileSync('bash', ['-eu', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

describe('the commands of docs/verifying.md', () => {
  test('compare the checkpoint of a day with its manifest', () => {
    const [day = ''] = readdirSync(join(folder, 'days'));
    expect(run(commandsOf('A day').replace('2026-11-22', day))).toContain('checkpoint: OK');
  });

  test('verify the signature of a checkpoint', () => {
    expect(run(commandsOf('The signature'))).toContain('Signature Verified Successfully');
  });

  test('find the hash of a record in its tile', () => {
    const [fromLeaf, inTile] = run(commandsOf('A record')).match(/[0-9a-f]{64}/g) ?? [];
    expect(fromLeaf).toMatch(/^[0-9a-f]{64}$/);
    expect(inTile).toBe(fromLeaf);
  });

  test('verify a time stamp, also after its certificate has expired', () => {
    const said = run(commandsOf('A time stamp').replaceAll('Nov 22 10:00:00 2026', 'Dec 29 10:00:01 2026'));
    expect(said).toContain('Time stamp: Dec 29 10:00:01 2026 GMT');
    expect(said.match(/Verification: OK/g)).toHaveLength(2);
  });
});
