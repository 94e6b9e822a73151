import { type ErrorCode } from 'yaml';
import { type Sentence } from './problem.ts';

/** What is wrong with the syntax, by the parser's code. Never the text itself: it may hold a secret. */
export const YAML_SENTENCES: Readonly<Record<ErrorCode, Sentence>> = {
  ALIAS_PROPS: {
    tr: 'takma ad (*) etiket veya çapa taşıyamaz',
    en: 'an alias (*) cannot carry a tag or an anchor',
  },
  BAD_ALIAS: { tr: 'takma ad (*) geçersiz', en: 'the alias (*) is not valid' },
  BAD_COLLECTION_TYPE: {
    tr: 'etiket bu liste veya bloğa uymuyor',
    en: 'the tag does not fit this list or block',
  },
  BAD_DIRECTIVE: { tr: 'YAML yönergesi (%) tanınmıyor', en: 'the YAML directive (%) is not known' },
  BAD_DQ_ESCAPE: {
    tr: 'çift tırnak içindeki ters bölü (\\) dizisi geçersiz',
    en: 'an escape (\\) inside double quotes is not valid',
  },
  BAD_INDENT: {
    tr: 'girinti yanlış veya kapanış ayracı eksik',
    en: 'wrong indentation or a missing closing bracket',
  },
  BAD_PROP_ORDER: { tr: 'çapa veya etiket yanlış yerde', en: 'an anchor or tag stands in the wrong place' },
  BAD_SCALAR_START: {
    tr: 'düz metin bu karakterle başlayamaz',
    en: 'plain text cannot start with this character',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    tr: 'aynı satırda ikinci bir "anahtar:" var; metinde iki nokta geçiyorsa tırnak gerekir',
    en: 'a second "key:" on one line; text with a colon needs quotes',
  },
  BLOCK_IN_FLOW: {
    tr: 'ayraçlı yazım içinde girintili blok kullanılamaz',
    en: 'an indented block cannot stand inside brackets',
  },
  DUPLICATE_KEY: { tr: 'aynı anahtar iki kez yazılmış', en: 'the same key is written twice' },
  IMPOSSIBLE: { tr: 'metin YAML olarak okunamıyor', en: 'the text cannot be read as YAML' },
  KEY_OVER_1024_CHARS: { tr: 'anahtar 1024 karakterden uzun', en: 'a key is longer than 1024 characters' },
  MISSING_CHAR: {
    tr: 'bir karakter eksik (kapanış tırnağı, iki nokta veya virgül)',
    en: 'a character is missing (closing quote, colon or comma)',
  },
  MULTILINE_IMPLICIT_KEY: { tr: 'anahtar tek satırda olmalı', en: 'a key must stand on one line' },
  MULTIPLE_ANCHORS: { tr: 'bir değerde birden çok çapa (&) var', en: 'a value has more than one anchor (&)' },
  MULTIPLE_DOCS: {
    tr: 'dosyada birden çok YAML belgesi var',
    en: 'the file holds more than one YAML document',
  },
  MULTIPLE_TAGS: { tr: 'bir değerde birden çok etiket (!) var', en: 'a value has more than one tag (!)' },
  NON_STRING_KEY: { tr: 'anahtarlar metin olmalı', en: 'keys must be text' },
  RESOURCE_EXHAUSTION: { tr: 'iç içe yapı çok derin', en: 'the structure is nested too deeply' },
  TAB_AS_INDENT: { tr: 'girinti için sekme karakteri kullanılmış', en: 'a tab is used as indentation' },
  TAG_RESOLVE_FAILED: { tr: 'YAML etiketi (!) kullanılamaz', en: 'a YAML tag (!) cannot be used' },
  UNEXPECTED_TOKEN: { tr: 'beklenmeyen karakter', en: 'an unexpected character' },
};
