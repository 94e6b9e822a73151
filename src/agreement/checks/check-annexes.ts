import {
  type Check,
  type Finding,
  isList,
  items,
  member,
  type Probe,
  quoted,
  textOf,
  textsOf,
} from './probe.ts';

const ANNEXES = ['Ek-1', 'Ek-2', 'Ek-3'];
const RETENTION_CLASSES = ['access-record', 'consumer-copy', 'destruction-record'];

/** The annexes are integral parts (Protokol Yürürlük 2); each operation rests on a field list and an undertaking. */
export const checkAnnexes: Check = (root) => [
  ...allPresent(root, 'annexes', 'id', ANNEXES),
  ...allPresent(root, 'retention', 'class', RETENTION_CLASSES),
  ...items(root, 'operations').flatMap((operation) => [
    ...onFieldList(root, operation),
    ...undertaken(root, operation),
  ]),
];

function allPresent(root: Probe, block: string, key: string, needed: readonly string[]): Finding[] {
  if (!isList(root, block)) return [];
  const present = textsOf(items(root, block), key);
  return needed
    .filter((name) => !present.includes(name))
    .map((name) => ({
      code: block === 'annexes' ? 'ANNEX_MISSING' : 'RETENTION_MISSING',
      path: [block],
      message: { tr: `${name} eksik`, en: `${name} is missing` },
      remedy: { tr: `${name} için bir öğe ekleyin.`, en: `Add an item for ${name}.` },
    }));
}

function annexOf(root: Probe, content: string): Probe | undefined {
  return items(root, 'annexes').find((annex) => textOf(member(annex, 'content')) === content);
}

function onFieldList(root: Probe, operation: Probe): Finding[] {
  const annex = member(operation, 'annex');
  const name = textOf(annex);
  const listed = items(root, 'annexes').find((item) => textOf(member(item, 'id')) === name);
  const content = listed === undefined ? undefined : textOf(member(listed, 'content'));
  if (name === undefined || content === undefined || content === 'field-list') return [];
  return [
    {
      code: 'ANNEX_NO_FIELDS',
      path: annex.path,
      message: { tr: `${quoted(name)} veri listesi değil`, en: `${quoted(name)} is not a list of fields` },
      remedy: { tr: 'Alanları sayan eki yazın.', en: 'Name the annex that lists the fields.' },
    },
  ];
}

/** The consumer of every operation is the one who undertook confidentiality (Ek-2 1.2). */
function undertaken(root: Probe, operation: Probe): Finding[] {
  const undertaking = annexOf(root, 'undertaking');
  const giver = undertaking === undefined ? undefined : textOf(member(undertaking, 'givenBy'));
  const consumer = member(operation, 'consumer');
  const name = textOf(consumer);
  if (giver === undefined || name === undefined || name === giver) return [];
  return [
    {
      code: 'UNDERTAKING_ONE_SIDED',
      path: consumer.path,
      message: {
        tr: `${quoted(name)} için gizlilik taahhütnamesi yok`,
        en: `there is no confidentiality undertaking by ${quoted(name)}`,
      },
      remedy: {
        tr: 'Bu yön için taahhütname alınana kadar işlemi çıkarın.',
        en: 'Leave the operation out until there is an undertaking for this direction.',
      },
    },
  ];
}
