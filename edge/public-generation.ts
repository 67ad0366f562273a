import { request } from 'node:http';
import { generationPath } from './edge-paths';

/** How long an edge may take to answer, in ms: it answers out of its memory. */
const patience = 2000;

/** The generation that an edge answers over its public port; undefined without an answer. */
export function publicGeneration(address: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const nothing = () => resolve(undefined);
    const asked = request(
      { host: address, port, path: generationPath, timeout: patience, agent: false },
      (answer) => {
        let body = '';
        answer.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
        answer.on('error', nothing);
        answer.on('end', () => {
          const generation = /"generation":(\d+)/.exec(body)?.[1];
          resolve(generation === undefined ? undefined : Number(generation));
        });
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', nothing);
    asked.end();
  });
}
