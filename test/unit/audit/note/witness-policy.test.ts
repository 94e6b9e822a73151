import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createCosigner, createNoteSigner } from '../../../../src/audit/note/note-signer.ts';
import { type NoteKey, parseVkey } from '../../../../src/audit/note/note-key.ts';
import { parseWitnessPolicy } from '../../../../src/audit/note/parse-witness-policy.ts';
import { encodeNote, parseNote, verifyNote } from '../../../../src/audit/note/signed-note.ts';
import { policySatisfied, type WitnessPolicy } from '../../../../src/audit/note/witness-policy.ts';
import { FaultsError } from '../../../../src/shared/fault.ts';
import { WITNESSED } from '../../../support/published-notes.ts';

const log = createNoteSigner('example.org/log', randomBytes(32));
const witnesses = new Map(
  ['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'].map((name) => [
    name,
    createCosigner(`${name}.example`, randomBytes(32)),
  ]),
);

function vkey(name: string): string {
  return witnesses.get(name)?.vkey ?? '';
}

/** The example of the C2SP page, with keys. */
const TWO_LEVELS = `
# two of X and any of Y
log ${log.vkey}  https://log.example.org/

${['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'].map((name) => `witness ${name} ${vkey(name)}`).join('\n')}
\tgroup  X-witnesses\t2 X1 X2 X3
group Y-witnesses any Y1 Y2 Y3   
  # indented
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

function policyOf(text: string): WitnessPolicy {
  return parseWitnessPolicy(text, 'policy');
}

/** Line and code of every fault, e.g. `3 POLICY_NAME_UNKNOWN`. */
function faultsOf(text: string): string[] {
  try {
    policyOf(text);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof FaultsError)) throw thrown;
    expect(thrown.faults.every(({ file }) => file === 'policy')).toBe(true);
    return thrown.faults.map(({ line, code }) => `${String(line)} ${code}`);
  }
}

function satisfied(policy: WitnessPolicy, names: readonly string[]): boolean {
  const keys = names.map((name): NoteKey => parseVkey(vkey(name)));
  return policySatisfied(
    policy,
    keys.map((key) => ({ key, seconds: 1 })),
  );
}

describe('a witness policy', () => {
  test('is read with logs, witnesses, groups and quorum', () => {
    const policy = policyOf(TWO_LEVELS);
    expect(policy.logs).toEqual([{ key: log.key, url: 'https://log.example.org/' }]);
    expect(policy.witnesses.map(({ name }) => name)).toEqual([...witnesses.keys()]);
    expect(policy.groups.map(({ name, threshold }) => [name, threshold])).toEqual([
      ['X-witnesses', 2],
      ['Y-witnesses', 1],
      ['X-and-Y', 2],
    ]);
    expect(policy.quorum).toBe('X-and-Y');
  });

  test.each([
    [[], false],
    [['X1', 'X2'], false],
    [['X1', 'Y1'], false],
    [['X1', 'X3', 'Y2'], true],
    [['X1', 'X1', 'Y2'], false],
    [['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'], true],
  ])('holds for the cosignatures %j: %s', (names, holds) => {
    expect(satisfied(policyOf(TWO_LEVELS), names)).toBe(holds);
  });

  test('may ask for one witness, or none', () => {
    const one = policyOf(`witness w ${vkey('X1')}\nquorum w`);
    expect([satisfied(one, []), satisfied(one, ['X1']), satisfied(one, ['X2'])]).toEqual([
      false,
      true,
      false,
    ]);
    expect(policyOf('quorum none')).toEqual({ logs: [], witnesses: [], groups: [], quorum: null });
    expect(satisfied(policyOf('quorum none\n'), [])).toBe(true);
  });

  test('is met by a published witnessed checkpoint', () => {
    const lines = WITNESSED.witnesses.map((key, place) => `witness w${String(place)} ${key}`);
    const text = [`log ${WITNESSED.log}`, ...lines, 'group all-four all w0 w1 w2 w3', 'quorum all-four'].join(
      '\n',
    );
    const policy = policyOf(text);
    const keys = [...policy.logs, ...policy.witnesses].map(({ key }) => key);
    expect(policySatisfied(policy, verifyNote(parseNote(WITNESSED.note), keys))).toBe(true);
    const one = policyOf(
      `${text.replace('quorum all-four', '')}witness x ${vkey('X1')}\ngroup g all all-four x\nquorum g`,
    );
    expect(policySatisfied(one, verifyNote(parseNote(WITNESSED.note), keys))).toBe(false);
  });

  test('does not take the log for its witness', () => {
    const text = 'example.org/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n';
    const note = parseNote(encodeNote(text, [log.sign(text)]));
    expect(policySatisfied(policyOf(`witness w ${vkey('X1')}\nquorum w`), verifyNote(note, [log.key]))).toBe(
      false,
    );
  });

  test.each([
    ['nothing', '', ['0 POLICY_QUORUM_COUNT']],
    ['two quorums', 'quorum none\nquorum none', ['2 POLICY_QUORUM_COUNT']],
    ['an unknown word', 'quorum none\nkworum a', ['2 POLICY_LINE_UNKNOWN']],
    ['a comment behind a line', 'quorum none # nobody', ['1 POLICY_LINE_MALFORMED']],
    ['CRLF', 'quorum none\r\n', ['1 POLICY_CHARACTER', '0 POLICY_QUORUM_COUNT']],
    ['a broken character', 'quorum none\n# \ufffd', ['2 POLICY_CHARACTER']],
    ['a no-break space', 'quorum\u00a0none', ['1 POLICY_LINE_UNKNOWN', '0 POLICY_QUORUM_COUNT']],
    ['a log without key', 'log\nquorum none', ['1 POLICY_LINE_MALFORMED']],
    ['a log with too much', `log ${log.vkey} a b\nquorum none`, ['1 POLICY_LINE_MALFORMED']],
    ['a broken key', `log ${log.vkey}x\nquorum none`, ['1 POLICY_KEY_MALFORMED']],
    ['a log key as witness', `witness w ${log.vkey}\nquorum w`, ['1 POLICY_KEY_TYPE']],
    ['a witness key as log', `log ${vkey('X1')}\nquorum none`, ['1 POLICY_KEY_TYPE']],
    ['a log twice', `log ${log.vkey}\nlog ${log.vkey} u\nquorum none`, ['2 POLICY_KEY_DUPLICATE']],
    [
      'a witness twice',
      `witness a ${vkey('X1')}\nwitness b ${vkey('X1')}\nquorum a`,
      ['2 POLICY_KEY_DUPLICATE'],
    ],
    ['a name twice', `witness a ${vkey('X1')}\ngroup a 1 a\nquorum a`, ['2 POLICY_NAME_DUPLICATE']],
    ['a witness named none', `witness none ${vkey('X1')}\nquorum none`, ['1 POLICY_NAME_DUPLICATE']],
    ['none as member', 'group g any none\nquorum g', ['1 POLICY_NAME_UNKNOWN']],
    [
      'a group within itself',
      `witness a ${vkey('X1')}\ngroup g all a g\nquorum g`,
      ['2 POLICY_NAME_UNKNOWN'],
    ],
    ['a name before its line', `quorum a\nwitness a ${vkey('X1')}`, ['1 POLICY_NAME_UNKNOWN']],
    ['a member twice', `witness a ${vkey('X1')}\ngroup g 2 a a\nquorum g`, ['2 POLICY_MEMBER_REPEATED']],
    [
      'a member of two groups',
      `witness a ${vkey('X1')}\ngroup g 1 a\ngroup h 1 a\nquorum g`,
      ['3 POLICY_MEMBER_REPEATED'],
    ],
    ['a threshold of zero', `witness a ${vkey('X1')}\ngroup g 0 a\nquorum g`, ['2 POLICY_THRESHOLD']],
    [
      'a threshold above its members',
      `witness a ${vkey('X1')}\ngroup g 2 a\nquorum g`,
      ['2 POLICY_THRESHOLD'],
    ],
    [
      'a threshold with a leading zero',
      `witness a ${vkey('X1')}\ngroup g 01 a\nquorum g`,
      ['2 POLICY_THRESHOLD'],
    ],
    ['a group without members', 'group g all\nquorum g', ['1 POLICY_LINE_MALFORMED']],
    ['a quorum without name', 'quorum', ['1 POLICY_LINE_MALFORMED']],
    ['300 KiB', `quorum none\n${'#'.repeat(300 * 1024)}`, ['0 POLICY_TOO_LARGE']],
  ])('with %s is refused', (_, text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  test('tells all its faults at once, and a name at fault only where it is defined', () => {
    const text = ['log x', `witness w ${vkey('X1')}y`, 'group g 3 w', 'nonsense', 'quorum h'].join('\n');
    expect(faultsOf(text)).toEqual([
      '1 POLICY_KEY_MALFORMED',
      '2 POLICY_KEY_MALFORMED',
      '3 POLICY_THRESHOLD',
      '4 POLICY_LINE_UNKNOWN',
      '5 POLICY_NAME_UNKNOWN',
    ]);
  });

  test('of thousands of groups within each other is judged without running out of stack', () => {
    const groups = Array.from(
      { length: 10_000 },
      (_, place) => `group g${String(place + 1)} 1 g${String(place)}`,
    );
    const text = [`witness g0 ${vkey('X1')}`, ...groups, 'quorum g10000'].join('\n');
    const policy = policyOf(text);
    expect([satisfied(policy, ['X1']), satisfied(policy, ['X2'])]).toEqual([true, false]);
  });
});
