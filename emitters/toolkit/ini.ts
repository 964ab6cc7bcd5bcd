export type IniScalar = string | number | boolean;

/** One section; undefined values are left out, an array writes its key once per item. */
export interface IniSection {
  readonly name: string;
  /** Comment lines above the header, without their mark. */
  readonly comment?: readonly string[] | undefined;
  readonly entries:
    | Readonly<Record<string, IniScalar | readonly IniScalar[] | undefined>>
    | ReadonlyMap<string, IniScalar | readonly IniScalar[] | undefined>;
}

export interface IniStyle {
  /** Quotes a value by the rules of the consumer. */
  quote(value: IniScalar): string;
  /** Between key and value, default ` = `. */
  readonly separator?: string | undefined;
  /** Starts a comment, default `#`. */
  readonly commentMark?: string | undefined;
}

/** A file of `[section]` headers and keys, in the order given. */
export function iniDocument(sections: readonly IniSection[], style: IniStyle): string {
  const separator = style.separator ?? ' = ';
  const mark = style.commentMark ?? '#';
  return sections
    .map((section) => {
      const lines = (section.comment ?? []).map((line) => `${mark} ${line}`.trimEnd());
      lines.push(`[${section.name}]`);
      const entries = section.entries instanceof Map ? [...section.entries] : Object.entries(section.entries);
      for (const [key, value] of entries) {
        if (value === undefined) continue;
        for (const item of Array.isArray(value) ? value : [value])
          lines.push(`${key}${separator}${style.quote(item as IniScalar)}`);
      }
      return `${lines.join('\n')}\n`;
    })
    .join('\n');
}
