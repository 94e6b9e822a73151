/** Literals, quoted names, comments; then words, and what separates statements. */
const TOKENS =
  /N?'(?:[^']|'')*'|"(?:[^"]|"")*"|\[(?:[^\]]|\]\])*\]|--[^\n]*|\/\*[^]*?\*\/|[@#:\p{L}_][@#$\p{L}\p{N}_]*|;/gu;

const OTHER_STATEMENTS = new Set(
  `alter backup begin break bulk checkpoint close commit continue create dbcc deallocate declare delete deny disable drop
  dump enable exec execute fetch go goto grant if insert into kill load merge open openquery openrowset opendatasource print
  raiserror readtext reconfigure restore return revert revoke rollback save send set shutdown throw truncate update
  updatetext use waitfor while writetext`.split(/\s+/),
);

/**
 * Whether the text is one statement that reads. T-SQL takes several statements without anything between them, so every word
 * that could begin another one is refused; these are reserved and cannot be the name of a column unless it is quoted.
 */
export function onlyReads(sql: string): boolean {
  const words = [...sql.matchAll(TOKENS)].map(([token]) => token.toLowerCase()).filter(isWord);
  const [first] = words;
  return (
    (first === 'select' || first === 'with') &&
    !words.some((word) => word === ';' || OTHER_STATEMENTS.has(word))
  );
}

function isWord(token: string): boolean {
  return token === ';' || /^[\p{L}_]/u.test(token);
}
