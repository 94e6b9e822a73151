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

/** Every id that is mentioned is declared in its own block of the file. */
export const checkReferences: Check = (root) => {
  const find = finder(root);
  return [
    ...items(root, 'systems').flatMap((system) => find(member(system, 'owner'), 'parties')),
    ...items(root, 'operations').flatMap((operation) => [
      ...find(member(operation, 'provider'), 'parties'),
      ...find(member(operation, 'consumer'), 'parties'),
      ...find(member(operation, 'system'), 'systems'),
      ...find(member(operation, 'annex'), 'annexes'),
      ...items(operation, 'purposes').flatMap((purpose) => find(purpose, 'purposes')),
    ]),
    ...items(root, 'statistics').flatMap((rule) => [
      ...find(member(rule, 'publisher'), 'parties'),
      ...find(member(rule, 'dataOwner'), 'parties'),
      ...items(rule, 'systems').flatMap((system) => find(system, 'systems')),
    ]),
    ...items(root, 'annexes').flatMap((annex) => [
      ...find(member(annex, 'givenBy'), 'parties'),
      ...find(member(annex, 'givenTo'), 'parties'),
    ]),
    ...items(root, 'glossary').flatMap((entry) =>
      items(entry, 'refersTo').flatMap((id) => find(id, 'parties', 'systems', 'legalBasis')),
    ),
  ];
};

/** A block that is missing or no list is one fault of its own; it makes no mention of it wrong. */
function finder(root: Probe): (mention: Probe, ...blocks: string[]) => Finding[] {
  return (mention, ...blocks) => {
    const id = textOf(mention);
    if (id === undefined || !blocks.every((block) => isList(root, block))) return [];
    if (blocks.some((block) => textsOf(items(root, block), 'id').includes(id))) return [];
    const where = blocks.join(', ');
    return [
      {
        code: 'REFERENCE_UNKNOWN',
        path: mention.path,
        message: {
          tr: `${quoted(id)} şurada tanımlı değil: ${where}`,
          en: `${quoted(id)} is not declared in: ${where}`,
        },
        remedy: {
          tr: 'Tanımlı bir kimlik yazın ya da tanımı ekleyin.',
          en: 'Name an id that is declared, or declare it.',
        },
      },
    ];
  };
}
