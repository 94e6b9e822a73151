/** The part of sax 1 that is used here; the package has no types of its own. */
declare module 'sax' {
  namespace sax {
    /** A name with the namespace that its prefix stands for; empty for none. */
    interface QualifiedName {
      readonly local: string;
      readonly uri: string;
    }

    /** An element as it begins. */
    interface QualifiedTag extends QualifiedName {
      readonly attributes: Readonly<Record<string, QualifiedName & { readonly value: string }>>;
    }

    /** A parser that calls back while it is written to. What a callback throws ends the writing. */
    interface SaxParser {
      onerror: () => void;
      onopentag: (tag: QualifiedTag) => void;
      onclosetag: () => void;
      ontext: (text: string) => void;
      oncdata: (text: string) => void;
      ondoctype: () => void;
      onsgmldeclaration: () => void;
      onprocessinginstruction: (instruction: { readonly name: string }) => void;
      write(text: string): SaxParser;
      close(): SaxParser;
    }

    function parser(
      strict: true,
      options: { readonly xmlns: true; readonly strictEntities: true },
    ): SaxParser;
  }
  export = sax;
}
