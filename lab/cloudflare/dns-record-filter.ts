import type { StoredRecord } from './state';

/**
 * Whether a record is what the query of a list asks for: name, content, comment and tag (`name`, `name.exact`,
 * `name.contains`, `name.startswith`, `name.endswith`, `comment.present`, …), type and proxied; all of them, or with
 * `match=any` at least one. Letters' case does not count (the client's types of `RecordListParams`).
 */
export function matches(record: StoredRecord, query: URLSearchParams): boolean {
  const tagAny = query.get('tag_match') === 'any';
  const tags: boolean[] = [];
  const others: boolean[] = [];
  for (const [key, wanted] of query) {
    const [field = '', how = 'exact'] = key.split('.');
    if (field === 'tag') tags.push(tagMatches(record.tags, how, wanted));
    else if (field === 'type') others.push(record.type === wanted);
    else if (field === 'proxied') others.push(record.proxied === (wanted === 'true'));
    else if (field === 'name' || field === 'content') others.push(compare(record[field], how, wanted));
    else if (field === 'comment') others.push(commentMatches(record.comment, how, wanted));
  }
  if (tags.length > 0) others.push(tagAny ? tags.some(Boolean) : tags.every(Boolean));
  if (others.length === 0) return true;
  return query.get('match') === 'any' ? others.some(Boolean) : others.every(Boolean);
}

function commentMatches(comment: string | null, how: string, wanted: string): boolean {
  if (how === 'absent') return comment === null;
  if (how === 'present') return comment !== null;
  return comment !== null && compare(comment, how, wanted);
}

/** A tag is `name:value`; with `present` and `absent` its name alone is given. */
function tagMatches(tags: string[], how: string, wanted: string): boolean {
  const parted = (tag: string) => {
    const [name = '', ...value] = tag.toLowerCase().split(':');
    return { name, value: value.join(':') };
  };
  const { name, value } = parted(wanted);
  const named = tags.map(parted).filter((tag) => tag.name === name);
  if (how === 'present') return named.length > 0;
  if (how === 'absent') return named.length === 0;
  return named.some((tag) => compare(tag.value, how, value));
}

function compare(actual: string, how: string, wanted: string): boolean {
  const [text, part] = [actual.toLowerCase(), wanted.toLowerCase()];
  if (how === 'contains') return text.includes(part);
  if (how === 'startswith') return text.startsWith(part);
  if (how === 'endswith') return text.endsWith(part);
  return text === part;
}
