import { type Fault, FaultsError } from '../../shared/fault.ts';
import { type NoteKey, type NoteKeyType, parseVkey } from './note-key.ts';
import { NoteFormatError } from './note-format-error.ts';
import { type PolicyFault, policyFault } from './policy-faults.ts';
import { decodeDecimal } from './strict-text.ts';
import {
  type PolicyGroup,
  type PolicyLog,
  type PolicyWitness,
  type WitnessPolicy,
} from './witness-policy.ts';

/** Upper bound of a policy file in bytes. */
export const MAX_POLICY_BYTES: number = 256 * 1024;

/** Everything but tab, printable ASCII and what UTF-8 uses above it. */
const FORBIDDEN = /[\u0000-\u0008\u000a-\u001f\u007f\ufffd\p{Cs}]/u;

/**
 * Reads a policy file of at most 256 KiB.
 * @param text decoded from UTF-8; what did not decode (U+FFFD) is a fault of its line
 * @param file name by which faults call it
 * @throws FaultsError with every fault of the file and its line
 */
export function parseWitnessPolicy(text: string, file: string): WitnessPolicy {
  if (Buffer.byteLength(text, 'utf8') > MAX_POLICY_BYTES) {
    throw new FaultsError([policyFault('POLICY_TOO_LARGE', file, 0)]);
  }
  const draft = new PolicyDraft(file);
  for (const [place, line] of text.split('\n').entries()) {
    if (FORBIDDEN.test(line)) draft.fault('POLICY_CHARACTER', place + 1);
    else readLine(draft, line, place + 1);
  }
  return draft.finish();
}

function readLine(draft: PolicyDraft, line: string, number: number): void {
  const [word, ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
  if (word === undefined || word.startsWith('#')) return;
  if (word === 'log') draft.addLog(number, items);
  else if (word === 'witness') draft.addWitness(number, items);
  else if (word === 'group') draft.addGroup(number, items);
  else if (word === 'quorum') draft.setQuorum(number, items);
  else draft.fault('POLICY_LINE_UNKNOWN', number, word);
}

type Items = readonly string[];

/** Goes on after a fault, so that all of them are told at once. */
class PolicyDraft {
  readonly #file: string;
  readonly #faults: Fault[] = [];
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #groups: PolicyGroup[] = [];
  /** Also names whose line is at fault, so that one mistake is told once. */
  readonly #names = new Set<string>();
  readonly #members = new Set<string>();
  readonly #publicKeys = { ed25519: new Set<string>(), cosignature: new Set<string>() };
  #quorum: string | null = null;
  #quorumLines = 0;

  constructor(file: string) {
    this.#file = file;
  }

  fault(code: PolicyFault, line: number, key = ''): void {
    this.#faults.push(policyFault(code, this.#file, line, key));
  }

  /** `<vkey> [url]` */
  addLog(line: number, items: Items): void {
    const [vkey, url = null] = items;
    if (vkey === undefined || items.length > 2) this.fault('POLICY_LINE_MALFORMED', line);
    else {
      const key = this.#key(line, vkey, 'ed25519');
      if (key !== undefined) this.#logs.push({ key, url });
    }
  }

  /** `<name> <vkey> [url]` */
  addWitness(line: number, items: Items): void {
    const [name, vkey, url = null] = items;
    if (name !== undefined) this.#define(line, name);
    if (name === undefined || vkey === undefined || items.length > 3) {
      this.fault('POLICY_LINE_MALFORMED', line);
      return;
    }
    const key = this.#key(line, vkey, 'cosignature');
    if (key !== undefined) this.#witnesses.push({ name, key, url });
  }

  /** `<name> all|any|<k> <names…>` */
  addGroup(line: number, items: Items): void {
    const [name, rule, ...members] = items;
    if (name === undefined || rule === undefined || members.length === 0) {
      this.fault('POLICY_LINE_MALFORMED', line);
    } else {
      for (const member of members) this.#join(line, member);
      const threshold = thresholdOf(rule, members.length);
      if (threshold === undefined) this.fault('POLICY_THRESHOLD', line, rule);
      else this.#groups.push({ name, threshold, members });
    }
    if (name !== undefined) this.#define(line, name);
  }

  /** `<name>` or `none` */
  setQuorum(line: number, items: Items): void {
    const [name] = items;
    this.#quorumLines += 1;
    if (this.#quorumLines > 1) this.fault('POLICY_QUORUM_COUNT', line);
    if (name === undefined || items.length > 1) this.fault('POLICY_LINE_MALFORMED', line);
    else if (name !== 'none') {
      this.#known(line, name);
      this.#quorum = name;
    }
  }

  /** @throws FaultsError where any line is at fault */
  finish(): WitnessPolicy {
    if (this.#quorumLines === 0) this.fault('POLICY_QUORUM_COUNT', 0);
    if (this.#faults.length > 0) throw new FaultsError(this.#faults);
    return { logs: this.#logs, witnesses: this.#witnesses, groups: this.#groups, quorum: this.#quorum };
  }

  #define(line: number, name: string): void {
    if (name === 'none' || this.#names.has(name)) this.fault('POLICY_NAME_DUPLICATE', line, name);
    this.#names.add(name);
  }

  /** A name is a member once in the whole file, so that no witness counts twice. */
  #join(line: number, name: string): void {
    this.#known(line, name);
    if (this.#members.has(name)) this.fault('POLICY_MEMBER_REPEATED', line, name);
    this.#members.add(name);
  }

  #known(line: number, name: string): void {
    if (name === 'none' || !this.#names.has(name)) this.fault('POLICY_NAME_UNKNOWN', line, name);
  }

  #key(line: number, vkey: string, type: NoteKeyType): NoteKey | undefined {
    const key = readKey(vkey);
    if (key === undefined) this.fault('POLICY_KEY_MALFORMED', line, vkey);
    else if (key.type !== type) this.fault('POLICY_KEY_TYPE', line, vkey);
    else if (this.#publicKeys[type].has(key.publicKey.toString('hex'))) {
      this.fault('POLICY_KEY_DUPLICATE', line, vkey);
    } else {
      this.#publicKeys[type].add(key.publicKey.toString('hex'));
      return key;
    }
    return undefined;
  }
}

function readKey(vkey: string): NoteKey | undefined {
  try {
    return parseVkey(vkey);
  } catch (thrown) {
    if (thrown instanceof NoteFormatError) return undefined;
    throw thrown;
  }
}

function thresholdOf(rule: string, members: number): number | undefined {
  if (rule === 'all') return members;
  if (rule === 'any') return 1;
  const threshold = decodeDecimal(rule);
  return threshold !== undefined && threshold >= 1 && threshold <= members ? threshold : undefined;
}
