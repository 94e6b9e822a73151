import { type Notation, type Place } from '../mapping/notation.ts';
import { childrenNamed, type XmlElement } from './xml-element.ts';

const NAME = String.raw`[\p{L}_][\p{L}\p{N}._-]*`;
const ELEMENTS = new RegExp(`^${NAME}(?:/${NAME})*$`, 'u');
const PLACE = new RegExp(String.raw`^((?:${NAME}/)*)(@?)(${NAME})$`, 'u');

/** Finds elements below another one, by their names without prefix: `kayitlar/kayit`. */
export type SelectElements = (element: XmlElement) => readonly XmlElement[];

/** Undefined for a text that is no path of names; `.` is the element itself. */
export function compileElements(path: string): SelectElements | undefined {
  if (path === '.') return (element) => [element];
  if (!ELEMENTS.test(path)) return undefined;
  const names = path.split('/');
  return (element) =>
    names.reduce<readonly XmlElement[]>(
      (found, name) => found.flatMap((one) => childrenNamed(one, name)),
      [element],
    );
}

/** Places in elements: names of elements, the last one maybe an attribute: `ad`, `adres/il`, `adres/@tur`. */
export const XML_NOTATION: Notation<XmlElement> = {
  textOnly: true,
  compile: (from) => {
    const [, path = '', at, last = ''] = PLACE.exec(from) ?? [];
    if (last === '') return undefined;
    const member = path.split('/')[0] ?? '';
    return at === '@' ? attributeAt(path, last, member) : elementAt(from, member === '' ? last : member);
  },
  members: (element) => [
    ...new Set([...element.children.map(({ name }) => name), ...element.attributes.keys()]),
  ],
};

function elementAt(path: string, member: string): Place<XmlElement> {
  const select = compileElements(path);
  return { member, read: (element) => valueOf(select?.(element) ?? []) };
}

function attributeAt(path: string, name: string, member: string): Place<XmlElement> {
  const select = compileElements(path === '' ? '.' : path.slice(0, -1));
  return {
    member: member === '' ? name : member,
    read: (element) => {
      const [holder, ...more] = select?.(element) ?? [];
      return more.length > 0 ? more : holder?.attributes.get(name);
    },
  };
}

/** The text of one element, null where it is nil; several of them, or one that has children, is no value at all. */
function valueOf(found: readonly XmlElement[]): unknown {
  const [element, ...more] = found;
  if (element === undefined) return undefined;
  if (more.length > 0 || element.children.length > 0) return found;
  return element.nil ? null : element.text;
}
