import { type Check, type Finding, items, member, type Probe, quoted, textOf } from './probe.ts';

/** Every id is given once in its list: an id that stands for two things allows nothing for certain. */
export const checkIds: Check = (root) => [
  ...keyed(items(root, 'parties'), 'id'),
  ...items(root, 'parties').flatMap((party) => keyed(items(party, 'units'), 'id')),
  ...keyed(items(root, 'glossary'), 'term'),
  ...keyed(items(root, 'legalBasis'), 'id'),
  ...keyed(items(root, 'systems'), 'id'),
  ...keyed(items(root, 'purposes'), 'id'),
  ...keyed(items(root, 'operations'), 'id'),
  ...items(root, 'operations').flatMap(idsOfOperation),
  ...keyed(items(root, 'safeguards'), 'id'),
  ...keyed(items(root, 'annexes'), 'id'),
  ...keyed(items(root, 'retention'), 'class'),
];

function idsOfOperation(operation: Probe): Finding[] {
  return [
    ...repeated(items(operation, 'modes')),
    ...repeated(items(operation, 'purposes')),
    ...keyed(items(operation, 'input'), 'id'),
    ...keyed(items(operation, 'output'), 'id'),
    ...items(operation, 'output').flatMap((field) => keyed(items(field, 'values'), 'code')),
  ];
}

function keyed(list: readonly Probe[], key: string): Finding[] {
  return repeated(list.map((item) => member(item, key)));
}

function repeated(probes: readonly Probe[]): Finding[] {
  const seen = new Set<string>();
  return probes.flatMap((probe) => {
    const id = textOf(probe);
    if (id === undefined) return [];
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [
      {
        code: 'ID_DUPLICATE',
        path: probe.path,
        message: {
          tr: `${quoted(id)} bu listede ikinci kez geçiyor`,
          en: `${quoted(id)} stands twice in this list`,
        },
        remedy: {
          tr: 'Yinelenen öğeyi silin ya da adını değiştirin.',
          en: 'Remove the second one or rename it.',
        },
      },
    ];
  });
}
