import { z } from 'zod';
import { nearest } from '../config/nearest';
import { parseJson } from './parse-json';
import type { RegistryClient } from './registry-client';

const tagsSchema = z.object({ tags: z.array(z.string()).nullish() });

/** More are not helpful. */
const MAX_TAGS = 3;

/**
 * The tags of a repository that `tag` was probably meant to be, the nearest first: at most three, none when there are no
 * such tags or the registry does not list them. Of a long list only the registry's first page is read.
 */
export async function nearestTags(client: RegistryClient, tag: string): Promise<string[]> {
  const answer = await client.get('tags/list').catch(() => undefined); // a hint is not worth a second error
  let tags = (answer && parseJson(answer.body.toString('utf8'), tagsSchema)?.tags) ?? [];
  const found: string[] = [];
  while (found.length < MAX_TAGS) {
    const next = nearest(tag, tags);
    if (next === undefined) break;
    found.push(next);
    tags = tags.filter((each) => each !== next);
  }
  return found;
}
