import { type Check, type Finding, isList, items, member, type Probe, quoted, textOf } from './probe.ts';

/** Exactly two parties; data goes from one to the other, out of a system that the provider owns. */
export const checkParties: Check = (root) => [
  ...twoParties(root),
  ...items(root, 'operations').flatMap((operation) => [
    ...different(operation, 'provider', 'consumer'),
    ...owned(root, member(operation, 'system'), textOf(member(operation, 'provider'))),
  ]),
  ...items(root, 'statistics').flatMap((rule) => [
    ...different(rule, 'publisher', 'dataOwner'),
    ...items(rule, 'systems').flatMap((system) => owned(root, system, textOf(member(rule, 'dataOwner')))),
  ]),
  ...items(root, 'annexes').flatMap((annex) => different(annex, 'givenBy', 'givenTo')),
];

function twoParties(root: Probe): Finding[] {
  const count = items(root, 'parties').length;
  if (!isList(root, 'parties') || count === 2) return [];
  return [
    {
      code: 'PARTY_COUNT',
      path: ['parties'],
      message: {
        tr: `protokolün ${String(count)} tarafı var`,
        en: `the agreement has ${String(count)} parties`,
      },
      remedy: { tr: 'Tam olarak iki taraf yazın.', en: 'Name exactly two parties.' },
    },
  ];
}

function different(place: Probe, one: string, other: string): Finding[] {
  const id = textOf(member(place, one));
  const second = member(place, other);
  if (id === undefined || textOf(second) !== id) return [];
  return [
    {
      code: 'SAME_PARTY',
      path: second.path,
      message: { tr: `${one} ve ${other} aynı taraf`, en: `${one} and ${other} are the same party` },
      remedy: { tr: 'İki farklı taraf yazın.', en: 'Name two different parties.' },
    },
  ];
}

function owned(root: Probe, mention: Probe, owner: string | undefined): Finding[] {
  const id = textOf(mention);
  const system = items(root, 'systems').find((item) => textOf(member(item, 'id')) === id);
  if (id === undefined || owner === undefined || system === undefined) return [];
  if (textOf(member(system, 'owner')) === owner) return [];
  return [
    {
      code: 'SYSTEM_NOT_OWNED',
      path: mention.path,
      message: {
        tr: `${quoted(id)} sistemi ${quoted(owner)} tarafına ait değil`,
        en: `the system ${quoted(id)} does not belong to ${quoted(owner)}`,
      },
      remedy: { tr: 'Veriyi verenin kendi sistemini yazın.', en: "Name a system of the provider's own." },
    },
  ];
}
