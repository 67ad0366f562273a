import type { PlainMap } from './plain';
import { YamlSource } from './yaml-source';

/**
 * Better no edit than a wrong one: reads an edited stack file again.
 * @param source the file before the edit
 * @param text the file after it
 * @param wanted what `key` of `config` shall mean in it; all else shall mean what it meant
 * @throws TypeError when it doesn't
 */
export function checkEdit(source: YamlSource, text: string, key: string, wanted: unknown): void {
  const old = source.plain(source.document.contents) as PlainMap | null;
  const config = { ...(old?.config as PlainMap | null), [key]: wanted };
  const result = new YamlSource(source.file, text);
  if (!result.means(result.document.contents, { ...old, config }))
    throw new TypeError(
      `${source.file}: the edit of ${key} would not give what was wanted, so nothing was written; ` +
        'this is a mistake of evenkeel. Make the edit by hand, and please report it with the file.',
    );
}
